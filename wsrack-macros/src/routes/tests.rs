use super::*;

/// The messages of all errors in the expansion, in their order.
fn errors(input: TokenStream) -> Vec<String> {
    let expansion: syn::ExprBlock = syn::parse2(block(&quote!(wsrack), input)).unwrap();
    let mut found = Vec::new();
    for statement in expansion.block.stmts {
        let syn::Stmt::Macro(statement) = statement else { continue };
        assert!(statement.mac.path.segments.last().is_some_and(|name| name.ident == "compile_error"));
        let message: syn::LitStr = statement.mac.parse_body().unwrap();
        found.push(message.value());
    }
    found
}

/// One error that has this in it.
#[track_caller]
fn one_error(input: TokenStream, part: &str) {
    let errors = errors(input);
    assert!(matches!(&*errors, [error] if error.contains(part)), "{errors:#?}");
}

#[test]
fn what_is_right_has_no_errors() {
    let found = errors(quote! {
        use Outer::new();
        use Inner;
        "/" => ServeDir::new("public"),
        "/rooms/{room}" => Room::<A, B> { size: 7 },
        "/parsed" => "text".parse::<Chat>()?,
        "/block" => ({ let x = 1; make(x) }),
        "/admin" => {
            use RequireToken::new(secret);
            "/" => |request| async { "/x" },
            "/deeper" => { "/" => x }
        }
        "http://Chat.example.com:80/a/" => Chat::new("host")
    });
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_expansion_is_an_expression_of_checked_keys() {
    let expansion = routes(
        quote!([framework::ws] use L; "/rooms/{room}/" => Room, "http://A.org/x" => { "/" => b }, "/c" => ({ c })),
    );
    assert!(syn::parse2::<syn::Expr>(expansion.clone()).is_ok());
    let text = expansion.to_string();
    assert!(!text.contains("wsrack :: __private"), "it may have another name: {text}");
    for part in [
        "use framework :: ws :: __private as __wsrack ;",
        "__wsrack :: layer (__routes , L)",
        "__wsrack :: Segment :: literal (\"rooms\")",
        "__wsrack :: Segment :: param (\"room\")",
        ":: core :: option :: Option :: Some (\"a.org\")",
        "__wsrack :: mount (__routes , __key , Room)",
        "__wsrack :: mount (__routes , __key , b)",
        "__wsrack :: mount (__routes , __key , { c })",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn keys_are_checked() {
    one_error(quote!("chat" => x), "write `/chat`");
    one_error(quote!("http://a.org" => x), "write `http://a.org/`");
    one_error(quote!("ws://a.org/x" => x), "write `http://a.org/x` for `ws://a.org/x`");
    one_error(quote!("ftp://a.org/x" => x), "a path starts with `/` or `http://host/`");
    one_error(quote!("http:///x" => x), "there is no host");
    one_error(quote!("http://a b/x" => x), "`a b` is not a host");
    one_error(quote!("/a//b" => x), "single `/`");
    one_error(quote!("/a?b" => x), "'?' does not occur");
    one_error(quote!("/room-{id}" => x), "`room-{id}`: `{name}` is a whole segment");
    one_error(quote!("/{room" => x), "whole segment");
    one_error(quote!("/{1}" => x), "no digit first");
    one_error(quote!("/{id: u32}" => x), "`{id: u32}`: a name in braces");
    one_error(quote!("/{*rest}" => x), "leave `{*rest}` away and use `path_info()`");
    one_error(quote!("/{a}/{a}" => x), "the name `a` stands here twice");
}

#[test]
fn a_key_is_there_once_in_its_block() {
    one_error(
        quote!("/rooms/{a}/" => x, "/x" => y, "/rooms/{b}" => z),
        "`/rooms/{a}/` is mounted already and takes the same requests",
    );
    one_error(quote!("http://A.org/" => x, "https://a.org/" => y), "`http://A.org/` is mounted already");
    assert_eq!(errors(quote!("/a" => { "/a" => x }, "http://a.org/a" => y, "/A" => z)), [""; 0]);
}

#[test]
fn a_use_behind_a_mount_explains_the_surprise_of_rack() {
    one_error(quote!("/" => x, use Layer::new(); "/y" => y), "before the first mount");
    one_error(quote!("/" => { "/a" => x, use Layer; }), "before the first mount");
}

#[test]
fn punctuation_that_is_missing_is_named() {
    one_error(quote!("/a" => A "/b" => B), "separated by `,`");
    one_error(quote!("/a" => A; "/b" => B), "separated by `,`");
    one_error(quote!("/a" => { "/" => a }.layer(x), "/b" => B), "parentheses around it");
    one_error(quote!("/a" A, "/b" => B), "write `=>`");
    one_error(quote!("/a" = A, "/b" => B), "write `=>`");
    one_error(quote!("/a": A, "/b" => B), "write `=>`");
    one_error(quote!("/a" -> A, "/b" => B), "write `=>`");
    one_error(quote!("/a" => { "/" => x }, "/b"), "write `=>`");
    one_error(quote!("/a", "/b" => B), "write `=>`");
    one_error(quote!("/a" "/b" => B), "write `=>`");
    one_error(quote!("/a" => , "/b" => B), "nothing is mounted here");
    one_error(quote!("/a" => "/b" => B), "nothing is mounted here");
    one_error(quote!("/a" =>), "nothing is mounted here");
    one_error(quote!(use Layer, "/a" => A), "ends with `;`");
    one_error(quote!(use Layer "/a" => A), "ends with `;`");
    one_error(quote!(use; "/a" => A), "write the layer behind `use`");
}

#[test]
fn what_is_no_path_is_told_what_one_is() {
    one_error(quote!(PATH => A, "/b" => B), "a path is a string literal");
    one_error(quote!(/chat => A, "/b" => B), "a path is a string literal");
    one_error(quote!('/' => make::<A, B>(), "/b" => B), "a path is a string literal");
    one_error(quote!({ "/" => x }), "a path is a string literal");
    one_error(quote!("/a" => { "/" => x, PATH => y }), "a path is a string literal");
}

#[test]
fn a_block_expression_is_told_where_it_stands() {
    one_error(quote!("/a" => { let x = 1; make(x) }, "/b" => B), "stands in parentheses, `({ … })`");
    one_error(quote!("/a" => { Chat }.with(options), "/b" => B), "stands in parentheses, `({ … })`");
}

#[test]
fn an_empty_block_is_no_silent_404() {
    one_error(quote!(), "nothing is mounted");
    one_error(quote!("/a" => { use Layer; }), "nothing is mounted");
}

#[test]
fn all_errors_are_told_at_once() {
    let found = errors(quote! {
        use;
        "chat" => A,
        "/x" B,
        "/y" => { "/{" => C, use L; },
        "/z" => 1 +,
        "/z" => D,
        "/z/" => E,
    });
    let parts = [
        "write the layer",
        "write `=>`",
        "before the first mount",
        "expected an expression",
        "write `/chat`",
        "whole segment",
        "mounted already",
    ];
    assert_eq!(found.len(), parts.len(), "{found:#?}");
    for (found, part) in found.iter().zip(parts) {
        assert!(found.contains(part), "{found} does not have {part}");
    }
}
