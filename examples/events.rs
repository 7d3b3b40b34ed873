//! A shopping list that everybody who has the page open sees and changes.
//!
//! ```text
//! cargo run --example events
//! ```
//!
//! Open the page in two windows.
//!
//! **The lesson:** `#[on_message(event = "…")]` takes messages like `{"event": "add", "data": {…}, "id": 7}`. The data is
//! a type, the reply carries the same `id`, and `Error::client` is what the asker may read of an error. An event that
//! is not there, or data that does not fit, is answered as well.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use wsrack::prelude::*;

#[derive(Clone, Serialize)]
struct Item {
    id: u32,
    name: String,
    done: bool,
}

#[derive(Deserialize)]
struct Add {
    name: String,
}

#[derive(Deserialize)]
struct Check {
    id: u32,
    done: bool,
}

/// What all are told when the list has changed.
#[derive(Serialize)]
struct Changed<'a> {
    event: &'static str,
    data: &'a Item,
}

#[derive(Default)]
struct List {
    items: Mutex<BTreeMap<u32, Item>>,
}

#[websocket_app]
impl List {
    #[on_open]
    fn open(&self, ws: &Socket) -> wsrack::Result {
        Ok(ws.subscribe("list")?)
    }

    /// `{"event": "all"}`: no data parameter, no data.
    #[on_message(event = "all")]
    fn all(&self) -> Json<Vec<Item>> {
        Json(self.items().values().cloned().collect())
    }

    #[on_message(event = "add")]
    fn add(&self, hub: &Hub, Json(add): Json<Add>) -> wsrack::Result<Json<Item>> {
        let name = add.name.trim();
        if name.is_empty() {
            return Err(Error::client("empty", "write what is to be bought"));
        }
        let item = {
            let mut items = self.items();
            let id = items.last_key_value().map_or(1, |(last, _)| last + 1);
            if id > 100 {
                return Err(Error::client("full", "the list has 100 items already"));
            }
            let item = Item { id, name: name.to_owned(), done: false };
            items.insert(id, item.clone());
            item
        };
        hub.publish("list", Json(Changed { event: "changed", data: &item }))?;
        Ok(Json(item))
    }

    #[on_message(event = "check")]
    fn check(&self, hub: &Hub, Json(check): Json<Check>) -> wsrack::Result<Json<Item>> {
        let item = match self.items().get_mut(&check.id) {
            Some(item) => {
                item.done = check.done;
                item.clone()
            }
            None => return Err(Error::client("not_found", format!("there is no item {}", check.id))),
        };
        hub.publish("list", Json(Changed { event: "changed", data: &item }))?;
        Ok(Json(item))
    }
}

impl List {
    fn items(&self) -> MutexGuard<'_, BTreeMap<u32, Item>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    common::serve(wsrack::routes! {
        "/" => common::page(include_str!("events.html")),
        "/style.css" => common::style(),
        "/websocket" => List::default(),
    })
    .await
}
