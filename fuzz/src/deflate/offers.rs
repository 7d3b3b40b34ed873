//! Offers: those that are written from a structure give what the RFC says of the structure; any others no panic.

use arbitrary::{Arbitrary, Unstructured};
use http::header::SEC_WEBSOCKET_EXTENSIONS;
use http::request::Parts;
use http::{HeaderValue, Request};
use wsrack::__fuzz::{Accepted, negotiate};
use wsrack::{Compression, Options};

#[derive(Clone, Copy, Debug, Arbitrary)]
struct Settings {
    dedicated: bool,
    level: u8,
    server_bits: Option<u8>,
    client_bits: Option<u8>,
}

#[derive(Debug, Arbitrary)]
struct Offer {
    name: Name,
    parameters: Vec<Parameter>,
    /// It begins a field of its own.
    apart: bool,
}

#[derive(Clone, Copy, Debug, Arbitrary)]
enum Name {
    Deflate,
    Upper,
    Other,
}

#[derive(Clone, Copy, Debug, Arbitrary)]
struct Parameter {
    which: u8,
    value: Option<u8>,
    /// In quotes, with a backslash, with blanks.
    manner: u8,
}

/// What one offer asks for.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    server_alone: bool,
    client_alone: bool,
    server_bits: Option<u8>,
    /// 15 where there is no value.
    client_bits: Option<u8>,
}

pub(super) fn written(input: Unstructured<'_>) -> arbitrary::Result<()> {
    let (settings, offers) = <(Settings, Vec<Offer>)>::arbitrary_take_rest(input)?;
    let settings = settings.within_bounds();
    let mut fields = vec![String::new()];
    for offer in offers.iter().take(20) {
        match fields.last_mut() {
            Some(field) if !offer.apart && !field.is_empty() => *field += &format!(", {}", offer.write()),
            _ => fields.push(offer.write()),
        }
    }
    let answer = answer(settings, fields.iter().filter_map(|field| HeaderValue::from_str(field).ok()));
    let expected = offers.iter().take(20).find_map(|offer| settings.meet(offer.ask()?));
    assert_eq!(answer, expected, "{settings:?}: {fields:?}");
    Ok(())
}

pub(super) fn raw(mut input: Unstructured<'_>) -> arbitrary::Result<()> {
    let settings = input.arbitrary::<Settings>()?.within_bounds();
    let bytes = input.take_rest();
    let fields = bytes.split(|byte| *byte == b'\n').take(20);
    let answer = answer(settings, fields.filter_map(|field| HeaderValue::from_bytes(field).ok()));
    if let Some(answer) = answer {
        // Only what was offered is agreed to.
        assert!(bytes.windows(18).any(|part| part == b"permessage-deflate"));
        let told = answer.contains("client_max_window_bits");
        assert!(!told || bytes.windows(22).any(|part| part == b"client_max_window_bits"));
    }
    Ok(())
}

/// The field of the answer; what it says must be what is done.
fn answer(settings: Settings, fields: impl Iterator<Item = HeaderValue>) -> Option<String> {
    let mut request = request();
    for field in fields {
        request.headers.append(SEC_WEBSOCKET_EXTENSIONS, field);
    }
    let options = Options::new().compression(settings.compression());
    let accepted = negotiate(&request, &options).expect("offers are no reason to refuse");
    let field = accepted.response().headers().get(SEC_WEBSOCKET_EXTENSIONS).cloned();
    let field = field.map(|field| field.to_str().expect("letters and digits").to_owned());
    assert_as_told(&accepted, field.as_deref());
    field
}

fn assert_as_told(accepted: &Accepted, field: Option<&str>) {
    let Some((packing, unpacking)) = accepted.compression() else {
        assert_eq!(field, None);
        return;
    };
    let field = field.expect("an agreement is told");
    assert_eq!(packing.takeover(), !field.contains("server_no_context_takeover"));
    assert_eq!(unpacking.takeover(), !field.contains("client_no_context_takeover"));
    let bits = |name: &str| {
        let (_, value) = field.split_once(name)?;
        value.split(';').next()?.parse::<u8>().ok()
    };
    assert_eq!(packing.window_bits(), bits("server_max_window_bits=").unwrap_or(15));
    // With 8 told, 9 inflates it.
    assert_eq!(unpacking.window_bits(), bits("client_max_window_bits=").unwrap_or(15).max(9));
}

fn request() -> Parts {
    let request = Request::get("/")
        .header("host", "example.com")
        .header("upgrade", "websocket")
        .header("connection", "Upgrade")
        .header("sec-websocket-key", crate::client::KEY)
        .header("sec-websocket-version", "13");
    request.body(()).expect("a request").into_parts().0
}

impl Settings {
    fn within_bounds(self) -> Self {
        let bits = |bits: u8| 9 + bits % 7;
        Self {
            level: 1 + self.level % 9,
            server_bits: self.server_bits.map(bits),
            client_bits: self.client_bits.map(bits),
            ..self
        }
    }

    fn compression(self) -> Compression {
        let mut compression =
            if self.dedicated { Compression::dedicated() } else { Compression::shared() }.level(self.level);
        if let Some(bits) = self.server_bits {
            compression = compression.server_max_window_bits(bits);
        }
        if let Some(bits) = self.client_bits {
            compression = compression.client_max_window_bits(bits);
        }
        compression
    }

    /// Sections 7.1.1 and 7.1.2, for a server that wants the windows of these settings.
    fn meet(self, asked: Asked) -> Option<String> {
        if asked.server_bits == Some(8) {
            return None;
        }
        let mut answer = "permessage-deflate".to_owned();
        if !self.dedicated || asked.server_alone {
            answer += "; server_no_context_takeover";
        }
        let wants_less = self.client_bits.is_some_and(|bits| bits < 15);
        if !self.dedicated || asked.client_alone || (wants_less && asked.client_bits.is_none()) {
            answer += "; client_no_context_takeover";
        }
        let server_bits = match (asked.server_bits, self.server_bits) {
            (Some(theirs), ours) => Some(theirs.min(ours.unwrap_or(15))),
            (None, ours) => ours.filter(|bits| *bits < 15),
        };
        if let Some(bits) = server_bits {
            answer += &format!("; server_max_window_bits={bits}");
        }
        if let (Some(theirs), Some(ours)) = (asked.client_bits, self.client_bits) {
            answer += &format!("; client_max_window_bits={}", theirs.min(ours));
        }
        Some(answer)
    }
}

impl Offer {
    fn write(&self) -> String {
        let name = match self.name {
            Name::Deflate => "permessage-deflate",
            Name::Upper => "Permessage-Deflate",
            Name::Other => "x-webkit-deflate-frame",
        };
        let parameters = self.parameters.iter().take(8).map(|parameter| parameter.write());
        parameters.fold(name.to_owned(), |offer, parameter| offer + ";" + &parameter)
    }

    /// `None` where it must be declined.
    fn ask(&self) -> Option<Asked> {
        let Name::Deflate = self.name else { return None };
        let mut asked = Asked::default();
        let mut seen = Vec::new();
        for parameter in self.parameters.iter().take(8) {
            let is_new = !seen.contains(&parameter.name());
            seen.push(parameter.name());
            let bits = |value| Some(value).filter(|bits| (8..=15).contains(bits));
            match (parameter.name(), parameter.value) {
                _ if !is_new => return None,
                ("server_no_context_takeover", None) => asked.server_alone = true,
                ("client_no_context_takeover", None) => asked.client_alone = true,
                ("server_max_window_bits", Some(value)) => asked.server_bits = Some(bits(value)?),
                ("client_max_window_bits", value) => asked.client_bits = Some(bits(value.unwrap_or(15))?),
                _ => return None,
            }
        }
        Some(asked)
    }
}

impl Parameter {
    fn name(self) -> &'static str {
        // The unknown one is rare, so that most offers are good.
        match self.which % 9 {
            0 | 1 => "server_no_context_takeover",
            2 | 3 => "client_no_context_takeover",
            4 | 5 => "server_max_window_bits",
            6 | 7 => "client_max_window_bits",
            _ => "mux",
        }
    }

    fn write(self) -> String {
        let name = self.name();
        match (self.value, self.manner % 5) {
            (None, 0) => name.to_owned(),
            (None, _) => format!("  {name}\t"),
            (Some(value), 0) => format!(" {name}={value}"),
            (Some(value), 1) => format!(" {name}=\"{value}\""),
            (Some(value), 2) => format!(" {name} = {value} "),
            (Some(value), 3) => format!("{name}=\"\\{value}\" "),
            (Some(value), _) => format!(" {name}\t=\"{value}\""),
        }
    }
}
