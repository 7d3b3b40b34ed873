//! How an application turns a request away.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use http::{Response, StatusCode};

use crate::error::Error;
use crate::log::log;

/// What `on_upgrade` returns to turn a request away.
///
/// A browser tells its page nothing of an HTTP answer, neither status nor body. [`close`](Rejection::close)
/// therefore accepts the connection and closes it at once with a code that the page can read.
///
/// ```
/// use wsrack::Rejection;
///
/// let unknown = Rejection::http(401).header("www-authenticate", "Bearer").body("a token is needed");
/// let expired = Rejection::close(4401, "expired");
/// assert_eq!(unknown.status(), Some(401));
/// assert_eq!(expired.close_code(), Some(4401));
/// ```
#[must_use = "a rejection does something once it is returned from `on_upgrade`"]
#[derive(Debug)]
pub struct Rejection(Verdict);

/// What the server does about a rejection.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Answers so instead of the 101.
    Http(Box<Response<Bytes>>),
    /// Accepts, then closes so. The reason has at most 123 bytes.
    Close { code: u16, reason: Box<str> },
}

impl Rejection {
    /// Answers with an HTTP status, 200 to 599, whose number and name are the body until [`body`](Rejection::body) says
    /// otherwise. Any other number is logged as an error and becomes 500.
    pub fn http(status: u16) -> Self {
        let status = valid_status(status);
        let mut body = status.as_str().to_owned();
        if let Some(name) = status.canonical_reason() {
            body.push(' ');
            body.push_str(name);
        }
        Self::refuse(status, HeaderMap::new(), body)
    }

    /// Accepts the connection and closes it with `code` and `reason`; no other handler runs.
    ///
    /// The code is one that an application may send: 3000 to 4999, or one of 1000 to 1014 that RFC 6455 and its
    /// registry let a server send. Any other is logged as an error and becomes 1011. A reason longer than 123 bytes,
    /// the most that fit a close frame, is cut at a character.
    pub fn close(code: u16, reason: impl AsRef<str>) -> Self {
        let reason = reason.as_ref();
        let end = reason.floor_char_boundary(MAX_REASON);
        Self(Verdict::Close { code: valid_close(code), reason: reason[..end].into() })
    }

    /// Adds a header to the HTTP answer. A name may be added again, as `Set-Cookie` needs.
    ///
    /// A header that HTTP does not allow, or that the server itself writes (`Content-Length`, `Transfer-Encoding`),
    /// is logged as an error and left out, and so is any on a [`close`](Rejection::close), whose 101 has no room for
    /// more.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (&mut self.0, HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Verdict::Http(response), Ok(name), Ok(value)) if name == CONTENT_TYPE => {
                response.headers_mut().insert(name, value);
            }
            (Verdict::Http(response), Ok(name), Ok(value))
                if name != CONTENT_LENGTH && name != TRANSFER_ENCODING =>
            {
                response.headers_mut().append(name, value);
            }
            // Not the value, which may be a secret.
            _ => log!(error, "a rejection cannot have the header {name:?}; it is left out"),
        }
        self
    }

    /// Sets the body of the HTTP answer: plain text, unless a `Content-Type` header says otherwise. On a
    /// [`close`](Rejection::close) it is logged as an error and left out.
    pub fn body(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        match &mut self.0 {
            Verdict::Http(response) => *response.body_mut() = into_bytes(text.into()),
            Verdict::Close { .. } => {
                log!(error, "a rejection by a close code has no body; it is left out");
            }
        }
        self
    }

    /// The HTTP status, unless this is a [`close`](Rejection::close).
    pub fn status(&self) -> Option<u16> {
        match &self.0 {
            Verdict::Http(response) => Some(response.status().as_u16()),
            Verdict::Close { .. } => None,
        }
    }

    /// The close code, unless this is an HTTP answer.
    pub fn close_code(&self) -> Option<u16> {
        match self.0 {
            Verdict::Http(_) => None,
            Verdict::Close { code, .. } => Some(code),
        }
    }

    pub(crate) fn into_verdict(self) -> Verdict {
        self.0
    }

    pub(super) fn refuse(status: StatusCode, mut headers: HeaderMap, body: String) -> Self {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Self(Verdict::Http(Box::new(response)))
    }
}

/// An answer that is complete already.
impl From<Response<Bytes>> for Rejection {
    fn from(response: Response<Bytes>) -> Self {
        Self(Verdict::Http(Box::new(response)))
    }
}

/// What the client sees of an error that `?` leaves in `on_upgrade`: 500, and nothing of the error, which is logged.
impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        log!(error, "`on_upgrade` failed; the request is answered with 500: {error:?}");
        Self::http(500)
    }
}

/// What a handler sees of a parameter that cannot be had, though it could before the 101.
impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::from_boxed(format!("a handler parameter cannot be had: {rejection:?}").into())
    }
}

/// What a control frame carries, less the code (RFC 6455, 5.5).
const MAX_REASON: usize = 123;

fn valid_status(status: u16) -> StatusCode {
    match StatusCode::from_u16(status) {
        Ok(valid) if (200..=599).contains(&status) => valid,
        _ => {
            log!(error, "the status {status} turns no request away; 500 is sent (take one of 200 to 599)");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

fn valid_close(code: u16) -> u16 {
    match code {
        // 1004 to 1006 and 1015 are never sent, 1010 by clients only (RFC 6455, 7.4.1).
        1000..=1003 | 1007..=1009 | 1011..=1014 | 3000..=4999 => code,
        _ => {
            log!(
                error,
                "a server does not send the close code {code}; 1011 is sent (take one of 4000 to 4999)"
            );
            1011
        }
    }
}

fn into_bytes(text: Cow<'static, str>) -> Bytes {
    match text {
        Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
        Cow::Owned(text) => Bytes::from(text),
    }
}
