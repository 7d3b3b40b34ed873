//! Where a request may carry a token: the `Authorization` header, a cookie, the query, a subprotocol.
//!
//! A browser's WebSocket can set no header, so its pages use one of the other three. A token in the query ends up in
//! the logs of every proxy in between; it should live for seconds.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The token of `Authorization: Bearer TOKEN` (RFC 6750, 2.1).
pub(crate) fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim_ascii().split_once(' ')?;
    let token = token.trim_ascii_start();
    (scheme.eq_ignore_ascii_case("bearer") && is_token68(token)).then_some(token)
}

/// The value of the first cookie `name` in a `Cookie` header (RFC 6265, 4.2), without quotes around it.
pub(crate) fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let value =
        header.split(';').filter_map(|pair| pair.trim_ascii().split_once('=')).find(|pair| pair.0 == name)?.1;
    Some(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// The value of the first parameter `name` in a query, decoded as forms are: `+` is a blank. `None` also where the
/// value is not UTF-8.
pub(crate) fn query<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(key, _)| decode(key).is_some_and(|key| key == name)).and_then(|(_, value)| decode(value))
}

/// What stands behind `prefix` in the first subprotocol that begins with it: `Sec-WebSocket-Protocol: chat,
/// bearer.TOKEN`. The client has to offer a real subprotocol as well, and gets that one back.
pub(crate) fn subprotocol<'a>(offers: &'a str, prefix: &str) -> Option<&'a str> {
    let mut tokens = offers.split(',').filter_map(|offer| offer.trim_ascii().strip_prefix(prefix));
    tokens.find(|token| !token.is_empty())
}

/// RFC 9110, 11.2.
fn is_token68(token: &str) -> bool {
    let digits = token.trim_end_matches('=');
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

fn decode(text: &str) -> Option<Cow<'_, str>> {
    if text.contains('+') {
        let text = text.replace('+', " ");
        return percent_decode_str(&text).decode_utf8().ok().map(|text| Cow::Owned(text.into_owned()));
    }
    percent_decode_str(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::{bearer, cookie, query, subprotocol};

    #[test]
    fn a_bearer_token_is_taken_from_the_authorization_header() {
        assert_eq!(bearer("Bearer abc.DEF-1~_+/=="), Some("abc.DEF-1~_+/=="));
        assert_eq!(bearer(" bearer  abc "), Some("abc"));
        for wrong in
            ["", "Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer ==", "Bearer a=b", "Basic abc"]
        {
            assert_eq!(bearer(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_exact_name() {
        let header = "a=1; session=\"s p\"; xsession=no; session=later; empty=; eq=a=b";
        assert_eq!(cookie(header, "session"), Some("s p"));
        assert_eq!(cookie(header, "a"), Some("1"));
        assert_eq!(cookie(header, "empty"), Some(""));
        assert_eq!(cookie(header, "eq"), Some("a=b"));
        assert_eq!(cookie(header, "Session"), None);
        assert_eq!(cookie("session", "session"), None);
        assert_eq!(cookie("a=\"", "a"), Some("\""));
    }

    #[test]
    fn a_query_parameter_is_decoded() {
        let text = "a=1&to%6ben=x+y%2Bz&token=later&flag&bad=%ff&odd=%zz";
        assert_eq!(query(text, "token").as_deref(), Some("x y+z"));
        assert_eq!(query(text, "a").as_deref(), Some("1"));
        assert_eq!(query(text, "flag").as_deref(), Some(""));
        assert_eq!(query(text, "odd").as_deref(), Some("%zz"));
        assert_eq!(query(text, "bad"), None);
        assert_eq!(query(text, "none"), None);
        assert_eq!(query("", "token"), None);
    }

    #[test]
    fn a_subprotocol_can_carry_a_token() {
        assert_eq!(subprotocol("chat, bearer.abc_-, bearer.def", "bearer."), Some("abc_-"));
        assert_eq!(subprotocol("bearer.,bearer.x", "bearer."), Some("x"));
        assert_eq!(subprotocol("chat", "bearer."), None);
    }
}
