//! A mount's key. These are the rules of `wsrack::Routes::map`, which checks the keys of a running program.

use std::net::Ipv6Addr;

/// `/path` or `http://host/path`.
pub(super) struct Key {
    /// In lower case.
    pub(super) host: Option<String>,
    pub(super) segments: Vec<Segment>,
}

#[derive(PartialEq, Eq)]
pub(super) enum Segment {
    Literal(String),
    Param(String),
}

impl Key {
    /// # Errors
    ///
    /// What is wrong with it and what would be right.
    pub(super) fn parse(key: &str) -> Result<Self, String> {
        let (host, path) = split(key)?;
        Ok(Self { host: host.map(parse_host).transpose()?, segments: parse_path(path)? })
    }

    /// Whether both take the same requests.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.host == other.host
            && self.segments.len() == other.segments.len()
            && self.segments.iter().zip(&other.segments).all(|pair| match pair {
                (Segment::Param(_), Segment::Param(_)) => true,
                (one, two) => one == two,
            })
    }
}

fn split(key: &str) -> Result<(Option<&str>, &str), String> {
    if key.starts_with('/') {
        return Ok((None, key));
    }
    match key.split_once("://") {
        Some(("http" | "https", rest)) => {
            let slash = rest.find('/').ok_or_else(|| format!("a path follows the host: write `{key}/`"))?;
            let (host, path) = rest.split_at(slash);
            Ok((Some(host), path))
        }
        Some(("ws" | "wss", rest)) => {
            Err(format!("a WebSocket begins as an HTTP request: write `http://{rest}` for `{key}`"))
        }
        Some(_) => Err("a path starts with `/` or `http://host/`".into()),
        None => Err(format!("a path starts with `/` or `http://host/`: write `/{key}`")),
    }
}

fn parse_host(host: &str) -> Result<String, String> {
    if host.is_empty() {
        return Err("there is no host between `//` and the path".into());
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let named = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-._".contains(c)),
    };
    if !named || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(format!(
            "`{host}` is not a host: it is a name or an address, with a port at most, \
             such as `chat.example.com:8080`"
        ));
    }
    Ok(host.to_lowercase())
}

fn parse_path(path: &str) -> Result<Vec<Segment>, String> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut segments = Vec::new();
    for part in path.split('/').skip(1) {
        let segment = parse_segment(part)?;
        if let Segment::Param(name) = &segment
            && segments.contains(&segment)
        {
            return Err(format!("the name `{name}` stands here twice: give each segment one of its own"));
        }
        segments.push(segment);
    }
    Ok(segments)
}

fn parse_segment(part: &str) -> Result<Segment, String> {
    if part.is_empty() {
        return Err("write a single `/`: each one matches several in a request".into());
    }
    if let Some(name) = of_another_router(part) {
        return Err(if is_name(name) {
            format!("`{part}` would be that very text: a segment that is a name is written `{{{name}}}`")
        } else {
            format!("a mount takes all that is below it: leave `{part}` away and use `path_info()`")
        });
    }
    if !part.contains(['{', '}']) {
        let foreign = |c: &char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#');
        return match part.chars().find(foreign) {
            Some(char) => Err(format!("{char:?} does not occur in the path of a request")),
            None => Ok(Segment::Literal(part.to_owned())),
        };
    }
    let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
    match name.filter(|name| !name.contains(['{', '}'])) {
        None => Err(format!("`{part}`: `{{name}}` is a whole segment, as in `/rooms/{{room}}`")),
        Some(name) if name.starts_with('*') => {
            Err(format!("a mount takes all that is below it: leave `{part}` away and use `path_info()`"))
        }
        Some(name) if is_name(name) => Ok(Segment::Param(name.to_owned())),
        Some(_) => Err(format!(
            "`{part}`: a name in braces has letters, digits and `_`, and no digit first, as in `{{room}}`"
        )),
    }
}

/// The name in `:name`, `<name>` or `*name`, as routers elsewhere have them; it may be none.
fn of_another_router(part: &str) -> Option<&str> {
    let in_angles = || part.strip_prefix('<').and_then(|part| part.strip_suffix('>'));
    match part.strip_prefix('*') {
        Some(_) => Some("*"),
        None => part.strip_prefix(':').or_else(in_angles).filter(|name| is_name(name)),
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
