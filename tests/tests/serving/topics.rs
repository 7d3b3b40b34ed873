//! One message for many.

use wsrack::prelude::*;
use wsrack_tests::{Client, Result, Served};

const CLIENTS: usize = 200;
const MESSAGES: usize = 25;

/// Whoever is there gets what is published; what a client says goes to all others.
struct Room;

#[websocket_app]
impl Room {
    #[on_open]
    fn join(&self, ws: &Socket) -> wsrack::Result<&'static str> {
        ws.subscribe("room")?;
        ws.subscribe("room")?;
        Ok("joined")
    }

    #[on_message]
    fn say(&self, ws: &Socket, text: Text) -> wsrack::Result<String> {
        if &*text == "leave" {
            ws.unsubscribe("room");
            return Ok("left".to_owned());
        }
        Ok(format!("{} others", ws.publish("room", text)?))
    }
}

async fn joined(server: &Served) -> Result<Client> {
    let mut client = Client::connect(server.ws("/")).await?;
    assert_eq!(client.text().await?, "joined");
    Ok(client)
}

#[tokio::test]
async fn two_hundred_get_everything_in_order() -> Result {
    let server = Served::start(wsrack::routes! { "/" => Room }).await?;
    let mut clients = Vec::with_capacity(CLIENTS);
    for _ in 0..CLIENTS {
        clients.push(joined(&server).await?);
    }
    for message in 0..MESSAGES {
        assert_eq!(server.hub().publish("room", format!("{message} from outside"))?, CLIENTS);
    }
    for client in &mut clients {
        for message in 0..MESSAGES {
            assert_eq!(client.text().await?, format!("{message} from outside"));
        }
    }
    drop(clients);
    server.stop().await
}

#[tokio::test]
async fn two_servers_may_share_a_hub() -> Result {
    let one = Served::start(wsrack::routes! { "/" => Room }).await?;
    let two = Served::start(wsrack::routes! { "/" => Room }.with_hub(one.hub().clone())).await?;
    let (mut here, mut there) = (joined(&one).await?, joined(&two).await?);
    assert_eq!(one.hub().publish("room", "for all")?, 2);
    assert_eq!((&*here.text().await?, &*there.text().await?), ("for all", "for all"));
    here.send("hello").await?;
    assert_eq!(there.text().await?, "hello");
    assert_eq!(here.text().await?, "1 others");
    drop(here);
    one.stop().await?;
    assert_eq!(two.hub().publish("room", "still there")?, 1);
    assert_eq!(there.text().await?, "still there");
    drop(there);
    two.stop().await
}

#[tokio::test]
async fn a_client_reaches_all_others_and_nobody_who_has_left() -> Result {
    let server = Served::start(wsrack::routes! { "/" => Room }).await?;
    let (mut one, mut two, mut three) =
        (joined(&server).await?, joined(&server).await?, joined(&server).await?);
    three.send("leave").await?;
    assert_eq!(three.text().await?, "left");
    assert_eq!(server.hub().subscribers("room"), 2);
    one.send("hello").await?;
    assert_eq!((one.text().await?, two.text().await?), ("1 others".to_owned(), "hello".to_owned()));
    one.leave().await?;
    two.send("alone?").await?;
    let answer = two.text().await?;
    // The one that left is gone a moment after its close.
    assert!(answer == "0 others" || answer == "1 others", "{answer}");
    assert_eq!(server.hub().publish("nobody", "here")?, 0);
    drop((two, three));
    server.stop().await
}
