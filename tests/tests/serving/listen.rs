//! Addresses: several at once, of every kind, and sockets that somebody else has bound.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    os::{fd::OwnedFd, unix::fs::PermissionsExt},
};

use tokio::net::UnixStream;
use wsrack::{Listen, ServerBuilder};
use wsrack_tests::{Raw, Result, Served, free_ports, raw::frame};

use super::{Echo, ours, unix::path};

fn builder() -> ServerBuilder {
    wsrack::routes! { "/" => Echo }.server()
}

async fn serve(builder: ServerBuilder) -> Result<(Served, Vec<Listen>)> {
    let server = ours(ours(builder.bind_all())?.start().await)?;
    let addresses = server.addresses();
    Ok((Served::bound(server, wsrack::Hub::default())?, addresses))
}

/// Not every machine has it.
fn has_ipv6() -> bool {
    TcpListener::bind("[::1]:0").is_ok()
}

fn addr(address: &Listen) -> SocketAddr {
    address.to_string().parse().unwrap()
}

async fn assert_echoes(addr: SocketAddr) -> Result {
    let mut raw = Raw::open(addr, "/").await?;
    raw.send(frame(0x81, b"here")).await?;
    assert_eq!(raw.frame().await?, (0x81, b"here".to_vec()));
    Ok(())
}

#[tokio::test]
async fn several_addresses_of_every_kind_are_served_by_one_server() -> Result {
    let file = path()?;
    let third = if has_ipv6() { "[::1]:0" } else { "127.0.0.1:0" };
    let server = builder()
        .listen("127.0.0.1:0".parse()?)
        .listen("127.0.0.1:0".parse()?)
        .listen(third.parse()?)
        .listen(Listen::unix(&file).with_mode(0o620))
        .backlog(16);
    let (served, addresses) = serve(server).await?;
    assert_eq!(addresses.len(), 4);
    assert_eq!(addresses[3], Listen::unix(&file));
    for address in &addresses[..3] {
        assert_echoes(addr(address)).await?;
    }
    assert_ne!(addresses[0], addresses[1]);
    assert_eq!(file.metadata()?.permissions().mode() & 0o777, 0o620);
    Raw::over(UnixStream::connect(&file).await?).upgrade("/").await?;
    served.stop().await?;
    assert!(!file.exists());
    assert!(TcpListener::bind(addr(&addresses[0])).is_ok(), "nobody listens any more");
    Ok(())
}

#[tokio::test]
async fn an_ipv6_address_is_ipv6_alone() -> Result {
    if !has_ipv6() {
        return Ok(());
    }
    // Somebody else may have one of the ports there, but not each.
    for _ in 0..8 {
        let (served, addresses) = serve(builder().listen("[::]:0".parse()?)).await?;
        let port = addr(&addresses[0]).port();
        assert_echoes((Ipv6Addr::LOCALHOST, port).into()).await?;
        let is_free = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok();
        served.stop().await?;
        if is_free {
            return Ok(());
        }
    }
    panic!("none of the ports is free for IPv4")
}

#[tokio::test]
async fn a_name_is_all_its_addresses() -> Result {
    let free: SocketAddr = (Ipv4Addr::LOCALHOST, free_ports(1)?).into();
    let (served, addresses) = serve(builder().listen(Listen::tcp("localhost", free.port()))).await?;
    assert!(addresses.contains(&free.into()), "{addresses:?}");
    assert_echoes(free).await?;
    served.stop().await
}

#[test]
fn where_one_address_fails_none_is_bound() -> Result {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let free: SocketAddr = (Ipv4Addr::LOCALHOST, free_ports(1)?).into();
    let file = path()?;
    let server = builder().listen(free.into()).listen(Listen::unix(&file)).listen(taken.local_addr()?.into());
    // No runtime is needed, also where workers are to share the port.
    for server in [server, builder().listen(taken.local_addr()?.into()).workers(2)] {
        let error = server.bind_all().unwrap_err();
        let text = format!("cannot listen on {}: Address already in use", taken.local_addr()?);
        assert!(error.to_string().starts_with(&text), "{error}");
    }
    assert!(TcpListener::bind(free).is_ok() && !file.exists());
    let error = builder().bind_all().unwrap_err();
    assert_eq!(error.to_string(), "there is no address to listen on");
    Ok(())
}

#[test]
fn a_port_of_workers_is_in_use_for_others() -> Result {
    let bound = ours(builder().listen("127.0.0.1:0".parse()?).workers(2).bind_all())?;
    let error = builder().listen(bound.addresses()[0].clone()).workers(2).bind_all().unwrap_err();
    assert!(error.to_string().contains("Address already in use"), "{error}");
    Ok(())
}

#[tokio::test]
async fn inherited_sockets_are_known_by_their_address() -> Result {
    let (one, two) = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
    let (first, second) = (one.local_addr()?, two.local_addr()?);
    let file = path()?;
    let theirs = std::os::unix::net::UnixListener::bind(&file)?;
    // The first is named; the second is served all the same.
    let server = builder().inherit(one).inherit(two).inherit(theirs).listen(first.into());
    let (served, addresses) = serve(server).await?;
    assert_eq!(addresses, [first.into(), second.into(), Listen::unix(&file)]);
    assert_echoes(first).await?;
    assert_echoes(second).await?;
    Raw::over(UnixStream::connect(&file).await?).upgrade("/").await?;
    served.stop().await?;
    assert!(file.exists(), "it is somebody else's");
    Ok(std::fs::remove_file(&file)?)
}

#[test]
fn what_does_not_listen_is_not_inherited() -> Result {
    let (stream, _other) = std::os::unix::net::UnixStream::pair()?;
    for descriptor in [OwnedFd::from(stream), std::fs::File::open("/dev/null")?.into()] {
        let error = builder().inherit(descriptor).bind_all().unwrap_err();
        assert_eq!(error.to_string(), "no listening socket was inherited");
    }
    Ok(())
}
