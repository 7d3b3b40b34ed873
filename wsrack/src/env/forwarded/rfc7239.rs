//! The grammar of `Forwarded`: RFC 7239, section 4.
//!
//! ```text
//! Forwarded         = 1#forwarded-element
//! forwarded-element = [ forwarded-pair ] *( ";" [ forwarded-pair ] )
//! forwarded-pair    = token "=" ( token / quoted-string )
//! ```
//!
//! Blanks around `;`, which many write and the grammar does not have, are forgiven.

use std::borrow::Cow;

use crate::options::is_token_byte;

/// What one proxy tells. Values are as sent, without their quotes; what `by` says nobody needs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// `for`
    pub(super) from: Option<Cow<'a, str>>,
    /// `proto`
    pub(super) scheme: Option<Cow<'a, str>>,
    pub(super) host: Option<Cow<'a, str>>,
}

/// The elements of one header line; `None` where it breaks the grammar, or says one thing twice of an element.
pub(super) fn elements(line: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut rest = Rest(line);
    let mut elements = Vec::new();
    loop {
        rest.skip_blanks();
        // A list may have empty places (RFC 9110, 5.6.1.2).
        if rest.peek().is_some_and(|byte| byte != b',') {
            elements.push(rest.element()?);
        }
        match rest.next() {
            None => return Some(elements),
            Some(b',') => {}
            Some(_) => return None,
        }
    }
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    /// Up to the comma or the end.
    fn element(&mut self) -> Option<Element<'a>> {
        let (mut element, mut by) = (Element::default(), None);
        loop {
            self.skip_blanks();
            if self.peek().is_some_and(is_token_byte) {
                let (name, value) = self.pair()?;
                let place = match name {
                    _ if name.eq_ignore_ascii_case(b"for") => &mut element.from,
                    _ if name.eq_ignore_ascii_case(b"proto") => &mut element.scheme,
                    _ if name.eq_ignore_ascii_case(b"host") => &mut element.host,
                    _ if name.eq_ignore_ascii_case(b"by") => &mut by,
                    _ => &mut None,
                };
                if place.replace(value).is_some() {
                    return None;
                }
                self.skip_blanks();
            }
            if self.peek() != Some(b';') {
                return Some(element);
            }
            self.next();
        }
    }

    fn pair(&mut self) -> Option<(&'a [u8], Cow<'a, str>)> {
        let name = self.token();
        if self.next() != Some(b'=') {
            return None;
        }
        let value = match self.peek()? {
            b'"' => self.quoted()?,
            _ => Cow::Borrowed(str::from_utf8(self.token()).ok().filter(|value| !value.is_empty())?),
        };
        Some((name, value))
    }

    fn token(&mut self) -> &'a [u8] {
        let length = self.0.iter().take_while(|byte| is_token_byte(**byte)).count();
        let (token, rest) = self.0.split_at(length);
        self.0 = rest;
        token
    }

    /// RFC 9110, 5.6.4. What is not UTF-8 becomes U+FFFD: no address and no host has it.
    fn quoted(&mut self) -> Option<Cow<'a, str>> {
        let begin = self.0.get(1..)?;
        let mut escaped = false;
        let end = begin.iter().position(|byte| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        })?;
        let (text, rest) = (&begin[..end], &begin[end + 1..]);
        self.0 = rest;
        if !text.contains(&b'\\') {
            return Some(String::from_utf8_lossy(text));
        }
        let mut plain = Vec::with_capacity(text.len());
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            plain.push(if *byte == b'\\' { *bytes.next()? } else { *byte });
        }
        Some(Cow::Owned(String::from_utf8_lossy(&plain).into_owned()))
    }

    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn skip_blanks(&mut self) {
        let blanks = self.0.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.0 = &self.0[blanks..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<Vec<[Option<String>; 3]>> {
        let elements = elements(line.as_bytes())?;
        let own = |value: Option<Cow<'_, str>>| value.map(Cow::into_owned);
        Some(elements.into_iter().map(|it| [own(it.from), own(it.scheme), own(it.host)]).collect())
    }

    fn one(line: &str) -> [Option<String>; 3] {
        let mut all = parsed(line).unwrap_or_else(|| panic!("{line} is none"));
        assert_eq!(all.len(), 1, "{line}");
        all.remove(0)
    }

    #[test]
    fn the_examples_of_the_rfc() {
        let from = |text: &str| [Some(text.to_owned()), None, None];
        assert_eq!(one(r#"for="_gazonk""#), from("_gazonk"));
        assert_eq!(one(r#"For="[2001:db8:cafe::17]:4711""#), from("[2001:db8:cafe::17]:4711"));
        assert_eq!(
            one("for=192.0.2.60;proto=http;by=203.0.113.43"),
            [Some("192.0.2.60".into()), Some("http".into()), None]
        );
        assert_eq!(
            parsed("for=192.0.2.43, for=198.51.100.17").unwrap(),
            [from("192.0.2.43"), from("198.51.100.17")]
        );
        assert_eq!(
            parsed(r#"for=192.0.2.43, for="[2001:db8:cafe::17]", for=unknown"#).unwrap(),
            [from("192.0.2.43"), from("[2001:db8:cafe::17]"), from("unknown")]
        );
    }

    #[test]
    fn what_is_quoted_holds_separators_and_escapes() {
        let [_, _, host] = one(r#"by="a,;=\"b";host="x\y:1""#);
        assert_eq!(host.unwrap(), "xy:1");
        assert_eq!(parsed(r#"for="a, for=b", for=c"#).unwrap().len(), 2);
        assert_eq!(one(r#"for="""#)[0].as_deref(), Some(""));
        assert!(elements(b"for=\"\xff\"").is_some());
    }

    #[test]
    fn empty_places_and_blanks_are_forgiven() {
        assert_eq!(parsed("").unwrap().len(), 0);
        assert_eq!(parsed(" ,, for=a ,").unwrap().len(), 1);
        assert_eq!(parsed(";, for=a;").unwrap().len(), 2, "an element may say nothing");
        assert_eq!(one("for=a ; proto=https\t;;host=b"), ["a", "https", "b"].map(|it| Some(it.to_owned())));
        assert_eq!(one("secret=x;FOR=a;extension=1")[0].as_deref(), Some("a"));
    }

    #[test]
    fn what_breaks_the_grammar_is_no_header() {
        for line in [
            "for",
            "for=",
            "=a",
            "for=a b",
            "for=a=b",
            "for =a",
            "for= a",
            "for=\"a",
            "for=\"a\\",
            "for=\"a\"b",
            "for=[::1]",
            "for=1.2.3.4:80",
            "for=a;for=b",
            "for=a;FOR=\"b\"",
            "by=a;by=b",
            "for=a\u{e9}",
            "\"for\"=a",
            "for=a, \"",
            "{}",
        ] {
            assert_eq!(parsed(line), None, "{line}");
        }
    }
}
