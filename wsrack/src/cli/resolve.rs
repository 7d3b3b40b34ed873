//! From what was said to what it means: defaults, and settings that belong together.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::app_options::AppOptions;
use super::said::Said;
use super::settings::{
    AccessFormat, AccessLog, Certificate, Command, Drain, How, Level, Listen, Settings, Tls,
};
use super::values::{Access, Mode, Time, UrlPath, Workers};

/// What all levels together mean.
///
/// # Errors
///
/// Settings that need others, or cannot stand beside them: one sentence for each.
pub(super) fn resolve(
    command: Command,
    how: How,
    said: Said,
    options: AppOptions,
) -> Result<Settings, Vec<String>> {
    let problems = contradictions(&said);
    if !problems.is_empty() {
        return Err(problems);
    }
    let time = |time: Option<Time>, default| time.map_or(Duration::from_secs(default), |Time(time)| time);
    Ok(Settings {
        command,
        how,
        listen: listen(&said),
        backlog: said.backlog.unwrap_or(1024),
        socket_mode: said.socket_mode.map(|Mode(mode)| mode),
        stats: said.stats.clone().map(|UrlPath(path)| path),
        tls: tls(&said),
        prefix: said.prefix.clone().map(|UrlPath(path)| path),
        wait: time(said.wait, 30),
        timeout: time(said.timeout, 30),
        drain: Drain { period: time(said.drain_period, 10), rate: said.drain_rate.unwrap_or(500) },
        blocking_threads: blocking_threads(&said),
        workers: said.workers.and_then(|Workers(count)| count),
        level: level(&said),
        access_log: access_log(&said),
        trusted_proxies: said.trusted_proxies.unwrap_or_default(),
        chdir: said.chdir,
        environment: said.environment.unwrap_or_else(|| "development".into()),
        daemonize: said.daemonize.unwrap_or(false),
        log: said.log,
        pid: said.pid,
        user: said.user,
        group: said.group,
        tag: said.tag,
        servers: said.servers,
        one_by_one: said.onebyone.unwrap_or(false),
        max_conns: said.max_conns,
        max_conns_per_ip: said.max_conns_per_ip,
        max_persistent_conns: said.max_persistent_conns.unwrap_or(100),
        options,
    })
}

/// What says the same as these settings.
pub(super) fn unresolve(settings: &Settings) -> Said {
    let time = |time| Some(Time(time));
    let (socket, listen) = match &settings.listen[..] {
        [Listen::Unix(path)] => (Some(path.clone()), None),
        [Listen::Tcp { .. }] => (None, None),
        several => (None, Some(several.to_vec())),
    };
    let (address, port) = match &settings.listen[..] {
        [Listen::Tcp { host, port }] => (Some(host.clone()), Some(*port)),
        _ => (None, None),
    };
    let on = |on: bool| on.then_some(true);
    let tls = settings.tls.as_ref();
    let (key, cert) = match tls.map(|tls| &tls.certificate) {
        Some(Certificate::Files { key, cert }) => (Some(key.clone()), Some(cert.clone())),
        Some(Certificate::SelfSigned) | None => (None, None),
    };
    let proxies = &settings.trusted_proxies;
    let access = settings.access_log.as_ref();
    Said {
        address,
        port,
        socket,
        listen,
        backlog: Some(settings.backlog),
        socket_mode: settings.socket_mode.map(Mode),
        chdir: settings.chdir.clone(),
        stats: settings.stats.clone().map(UrlPath),
        trusted_proxies: (!proxies.is_empty()).then(|| proxies.clone()),
        workers: Some(Workers(settings.workers)),
        ssl: on(tls.is_some()),
        ssl_self_signed: tls.and_then(|tls| on(tls.certificate == Certificate::SelfSigned)),
        ssl_key_file: key,
        ssl_cert_file: cert,
        ssl_client_ca: tls.and_then(|tls| tls.client_ca.clone()),
        ssl_client_optional: tls.and_then(|tls| on(tls.client_optional)),
        environment: Some(settings.environment.clone()),
        prefix: settings.prefix.clone().map(UrlPath),
        daemonize: Some(settings.daemonize),
        log: settings.log.clone(),
        pid: settings.pid.clone(),
        user: settings.user.clone(),
        group: settings.group.clone(),
        tag: settings.tag.clone(),
        servers: settings.servers,
        onebyone: Some(settings.one_by_one),
        wait: time(settings.wait),
        timeout: time(settings.timeout),
        drain_period: time(settings.drain.period),
        drain_rate: Some(settings.drain.rate),
        max_conns: settings.max_conns,
        max_conns_per_ip: settings.max_conns_per_ip,
        max_persistent_conns: Some(settings.max_persistent_conns),
        threaded: None,
        threadpool_size: settings.blocking_threads,
        access_log: Some(Access(access.map(|log| log.format))),
        access_log_file: access.and_then(|log| log.file.clone()),
        quiet: on(settings.level == Level::Quiet),
        debug: on(settings.level == Level::Debug),
        trace: on(settings.level == Level::Trace),
    }
}

fn contradictions(said: &Said) -> Vec<String> {
    let mut problems = Vec::new();
    let mut problem = |wrong: bool, what: &str| {
        if wrong {
            problems.push(what.to_owned());
        }
    };
    let (key, cert) = (said.ssl_key_file.is_some(), said.ssl_cert_file.is_some());
    let is_made = said.ssl_self_signed == Some(true);
    let needs = "--ssl needs `--ssl-key-file` and `--ssl-cert-file`, or `--ssl-self-signed` for development";
    problem(said.ssl == Some(true) && !is_made && !(key && cert), needs);
    let twice = "--ssl-self-signed makes key and certificate itself: leave it away, or `--ssl-key-file` and \
                 `--ssl-cert-file`";
    problem(is_made && (key || cert), twice);
    let optional = "--ssl-client-optional needs `--ssl-client-ca`: without it no certificate is asked for";
    problem(said.ssl_client_optional == Some(true) && said.ssl_client_ca.is_none(), optional);
    problems
}

/// The socket goes before address and port, as in Thin; `listen` is beside them, or alone.
fn listen(said: &Said) -> Vec<Listen> {
    let more = said.listen.clone().unwrap_or_default();
    let is_tcp = said.address.is_some() || said.port.is_some() || more.is_empty();
    let first = match &said.socket {
        Some(path) => Some(Listen::Unix(path.clone())),
        None if is_tcp => Some(Listen::Tcp { host: host(said), port: said.port.unwrap_or(3000) }),
        None => None,
    };
    let mut all: Vec<Listen> = Vec::new();
    for listen in first.into_iter().chain(more) {
        if !all.contains(&listen) {
            all.push(listen);
        }
    }
    all
}

/// With or without the brackets of an IPv6 address.
fn host(said: &Said) -> String {
    let host = said.address.as_deref().unwrap_or("127.0.0.1");
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).to_owned()
}

/// Whoever asks for a certificate to be made wants it used.
fn tls(said: &Said) -> Option<Tls> {
    let is_made = said.ssl_self_signed.unwrap_or(false);
    if !said.ssl.unwrap_or(is_made) {
        return None;
    }
    let certificate = if is_made {
        Certificate::SelfSigned
    } else {
        Certificate::Files { key: said.ssl_key_file.clone()?, cert: said.ssl_cert_file.clone()? }
    };
    let client_optional = said.ssl_client_optional.unwrap_or(false);
    Some(Tls { certificate, client_ca: said.ssl_client_ca.clone(), client_optional })
}

fn blocking_threads(said: &Said) -> Option<NonZeroUsize> {
    let thins = NonZeroUsize::new(20).filter(|_| said.threaded == Some(true));
    said.threadpool_size.or(thins)
}

fn level(said: &Said) -> Level {
    match (said.trace, said.debug, said.quiet) {
        (Some(true), _, _) => Level::Trace,
        (_, Some(true), _) => Level::Debug,
        (_, _, Some(true)) => Level::Quiet,
        _ => Level::Normal,
    }
}

/// Where nothing is said of it, `-D` and `-V` switch it on, as in Thin.
fn access_log(said: &Said) -> Option<AccessLog> {
    let format = match said.access_log {
        Some(Access(format)) => format,
        None if said.access_log_file.is_some() || level(said) >= Level::Debug => Some(AccessFormat::Text),
        None => None,
    };
    format.map(|format| AccessLog { format, file: said.access_log_file.clone() })
}
