//! Request targets that only other methods have (RFC 9112, 3.2), though hyper takes them.

use http::header::{CONNECTION, HeaderValue};
use http::{Method, Request, Response, StatusCode};

use super::arrival::Visit;
use crate::body::{Body, plain};
use crate::stats::Unserved;

const TEXT: &str = "a request's target begins with `/`, or is a whole URL (RFC 9112, 3.2)";

impl Visit {
    /// The answer where the target is no path, which counts.
    pub(super) fn bad_target<B>(&self, request: &Request<B>) -> Option<Response<Body>> {
        let answer = refusal(request)?;
        self.door.turned_away(Unserved::BadRequest);
        Some(answer)
    }
}

/// A host alone is for CONNECT, an asterisk for OPTIONS.
fn refusal<B>(request: &Request<B>) -> Option<Response<Body>> {
    let asked = match request.uri().path_and_query() {
        None => *request.method() == Method::CONNECT,
        Some(target) => target != "*" || *request.method() == Method::OPTIONS,
    };
    if asked {
        return None;
    }
    let mut response = plain(StatusCode::BAD_REQUEST, TEXT);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(method: Method, target: &str) -> bool {
        let request = Request::builder().method(method).uri(target).body(()).unwrap();
        refusal(&request).is_some_and(|response| response.status() == StatusCode::BAD_REQUEST)
    }

    #[test]
    fn each_form_has_its_methods() {
        for target in ["/", "/a?b", "http://a", "http://a:80/b", "http://a?b"] {
            assert!(!is_refused(Method::GET, target), "{target}");
        }
        for target in ["a", "a:80", "*"] {
            assert!(is_refused(Method::GET, target), "{target}");
        }
        assert!(!is_refused(Method::CONNECT, "a:80"));
        assert!(is_refused(Method::OPTIONS, "a:80"));
        assert!(!is_refused(Method::OPTIONS, "*"));
    }
}
