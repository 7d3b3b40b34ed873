//! Where clients put a token: header, cookie, query or subprotocol.

use std::borrow::Cow;

use super::Env;
use crate::auth;

impl Env {
    /// The first cookie of this name, as sent but without quotes around it: nothing is decoded (RFC 6265,
    /// section 4.2).
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::Env;
    ///
    /// let env = Env::builder().header("cookie", "theme=dark; session=abc").build();
    /// assert_eq!(env.cookie("session"), Some("abc"));
    /// assert_eq!(env.cookie("Session"), None, "names of cookies have a case");
    /// ```
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.header_texts("cookie").find_map(|cookies| auth::cookie(cookies, name))
    }

    /// The token of `Authorization: Bearer TOKEN` (RFC 6750), where the header is there and well-formed.
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::Env;
    ///
    /// let env = Env::builder().header("authorization", "Bearer abc.def").build();
    /// assert_eq!(env.bearer_token(), Some("abc.def"));
    /// ```
    pub fn bearer_token(&self) -> Option<&str> {
        self.header("authorization").and_then(auth::bearer)
    }

    /// The first parameter of this name in the query, decoded as forms are; `None` also where it is not UTF-8.
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::Env;
    ///
    /// let env = Env::builder().uri("/chat?token=a%2Bb").build();
    /// assert_eq!(env.query_param("token").as_deref(), Some("a+b"));
    /// ```
    pub fn query_param(&self, name: &str) -> Option<Cow<'_, str>> {
        auth::query(self.query(), name)
    }

    /// What stands behind `prefix` in the first subprotocol that begins with it: the one place but cookie and
    /// query where a browser's script can put a token.
    ///
    /// The client has to offer a real subprotocol as well, which it gets back.
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::Env;
    ///
    /// let env = Env::builder().header("sec-websocket-protocol", "chat, bearer.abc").build();
    /// assert_eq!(env.subprotocol_token("bearer."), Some("abc"));
    /// ```
    pub fn subprotocol_token(&self, prefix: &str) -> Option<&str> {
        self.header_texts("sec-websocket-protocol").find_map(|offers| auth::subprotocol(offers, prefix))
    }
}
