#![deny(warnings)]

use http::{Request, Response};
use tower::layer::util::Identity;
use tower::util::{MapRequestLayer, MapResponseLayer};
use wsrack::{App, Body, Options, Routes, http, routes, websocket_app};

#[derive(Clone)]
struct Chat<T> {
    name: T,
}

#[websocket_app]
impl<T: Clone + Send + Sync + 'static> Chat<T> {
    #[on_message]
    async fn say(&mut self, text: String) -> String {
        let _ = &self.name;
        text
    }
}

fn chat(name: &'static str) -> Chat<&'static str> {
    Chat { name }
}

fn mounts(routes: &Routes) -> usize {
    format!("{routes:?}").matches("\"/").count() + format!("{routes:?}").matches("\"http://").count()
}

fn paths() -> Routes {
    routes! {
        "/" => chat("root"),
        "/chat" => chat("literal"),
        "/Chat" => chat("case counts"),
        "/rooms/" => chat("a slash at the end"),
        "/rooms/{room}" => chat("a name"),
        "/rooms/{room}/{_user2}/log.txt" => chat("names and literals"),
        "/rooms/lobby" => chat("beside a name"),
        r"/raw" => chat("a raw literal"),
        "/grüße/%20" => chat("any char of a path"),
    }
}

fn hosts() -> Routes {
    routes! {
        "/" => chat("all other hosts"),
        "http://chat.example.com/" => chat("a host"),
        "https://Chat.example.org/rooms/{room}" => chat("with a path"),
        "http://127.0.0.1:3000/" => chat("an address and a port"),
        "http://[::1]:3000/" => chat("an IPv6 address"),
        "http://bücher.example/" => chat("any name"),
    }
}

fn expressions(limit: usize) -> Routes {
    let make = || chat("made");
    routes! {
        "/struct" => Chat { name: String::new() },
        "/turbofish" => Chat::<u8> { name: limit.to_le_bytes()[0] },
        "/call" => make(),
        "/options" => chat("with options").with(Options::new().max_message_size(limit)),
        "/if" => if limit > 7 { chat("much") } else { chat("little") },
        "/match" => match limit { 0 => chat("nothing"), _ => chat("something") },
        "/block" => ({
            let name = limit.to_string();
            Chat { name }
        }),
        "/closure" => http(|_: Request<Body>| async { Response::new("hello".to_owned()) }),
    }
}

fn blocks() -> Routes {
    routes! {
        "/a" => {
            "/" => chat("/a"),
            "/b" => { "/c" => chat("/a/b/c") },
            "/d" => { "/" => chat("/a/d") }
            "/e" => chat("/a/e")
        }
        "/{name}" => { "/{name}" => chat("names of two blocks") },
        "http://chat.example.com/" => { "http://chat.example.com/" => chat("a host of a block") }
    }
}

fn layers() -> Routes {
    routes! {
        use Identity::new();
        use MapRequestLayer::new(|request: Request<Body>| request);
        use (
            MapResponseLayer::new(|response: Response<Body>| response.map(|_| String::new())),
            Identity::new(),
        );
        use {
            let layer = Identity::new();
            layer
        };
        "/" => chat("root"),
        "/admin" => {
            use Identity::new();
            "/" => chat("admin"),
        },
    }
}

/// Nothing of the expansion takes a name from the user or hides one.
mod names {
    #![no_implicit_prelude]

    type Option = ();
    type Routes = ();

    pub(super) fn page(routes: super::Chat<u8>, key: super::Chat<u8>) -> ::wsrack::Routes {
        const SEGMENTS: (Option, Routes) = ((), ());
        let ((), ()) = SEGMENTS;
        ::wsrack::routes! { "/routes" => routes, "/key" => { "/" => key } }
    }
}

fn fallible(name: &str) -> Result<Routes, std::num::ParseIntError> {
    Ok(routes! { "/" => Chat { name: name.parse::<u8>()? } })
}

fn main() {
    assert_eq!(mounts(&paths()), 9);
    assert_eq!(mounts(&hosts()), 6);
    assert_eq!(mounts(&expressions(7)), 8);
    assert_eq!(mounts(&blocks()), 3);
    assert_eq!(mounts(&layers()), 2);
    assert_eq!(mounts(&names::page(Chat { name: 1 }, Chat { name: 2 })), 2);
    assert_eq!(fallible("7").as_ref().map(mounts), Ok(1));
    assert!(fallible("seven").is_err());
}
