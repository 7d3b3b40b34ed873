//! Applications where people put them.
#![deny(warnings, unused_qualifications, non_local_definitions)]

use wsrack::{FromContext, websocket_app};

/// The trait is imported, and no path of the generated code is longer for it than it must be.
fn _parameter<'a, Cx, P: FromContext<'a, Cx>>(_cx: &'a Cx, _parameter: P) {}

mod rooms {
    pub(super) mod lobby {
        use wsrack::{Error, Extension, Rejection, websocket_app};

        pub struct Lobby(pub(crate) Seats);

        #[derive(Clone, Copy)]
        pub(crate) struct Seats(pub u8);

        #[websocket_app]
        impl Lobby {
            #[on_upgrade]
            fn seat(&self) -> Result<Seats, Rejection> {
                Ok(self.0)
            }

            #[on_open]
            pub(crate) fn welcome(&self, seats: Extension<Seats>) -> Result<String, Error> {
                Ok(seats.0.0.to_string())
            }
        }
    }

    pub use lobby::Lobby;
}

pub use rooms::Lobby;

fn local(times: usize) -> wsrack::Routes {
    #[derive(Clone)]
    struct Local {
        times: usize,
    }

    const LIMIT: usize = 1 << 10;

    #[websocket_app(max_message_size = LIMIT)]
    impl Local {
        #[on_message]
        async fn repeat(&mut self, text: &str) -> String {
            text.repeat(self.times)
        }

        #[on_message(blocking)]
        fn size(&self, _env: &wsrack::Env, data: &[u8]) -> String {
            data.len().to_string()
        }
    }

    wsrack::routes! { "/" => Local { times } }
}

fn main() {
    let _routes = wsrack::routes! {
        "/" => Lobby(rooms::lobby::Seats(7)),
        "/local" => local(3),
        "/closure" => (|| wsrack::routes! { "/" => local(2) })(),
    };
}
