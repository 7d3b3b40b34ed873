//! Topics within one process.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::error::SendError;
use crate::message::{IntoMessage, Message};
use crate::outbox::{Encoded, Outbox, Topics};

/// Topics lie in this many parts, each with its own lock, so that busy ones rarely meet.
const SHARDS: usize = 16;

/// The topics of a server: publish from a handler (`&Hub`), or from any other code (`routes.hub()`).
///
/// Connections subscribe with [`Socket::subscribe`](crate::Socket::subscribe). A topic is there as long as it
/// has subscribers. Clones are handles to the same topics.
///
/// ```
/// use wsrack::prelude::*;
///
/// struct News;
///
/// #[websocket_app]
/// impl News {
///     #[on_open]
///     fn open(&self, ws: &Socket) -> wsrack::Result {
///         Ok(ws.subscribe("news")?)
///     }
/// }
///
/// let routes = wsrack::routes! { "/news" => News };
/// let hub = routes.hub();
/// // From here on any thread may publish, before anybody is served as well.
/// assert_eq!(hub.publish("news", "It has begun to rain.")?, 0, "nobody is there yet");
/// # Ok::<(), SendError>(())
/// ```
#[derive(Clone)]
pub struct Hub {
    shards: Arc<Shards>,
}

struct Shards {
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

/// The subscribers by the number of their connection.
type Shard = HashMap<Arc<str>, BTreeMap<u64, Weak<Outbox>>>;

impl Hub {
    pub(crate) fn topics(&self) -> Arc<dyn Topics> {
        self.shards.clone()
    }

    /// Sends to every subscriber of the topic; how many took it.
    ///
    /// The message is encoded once, and nothing is waited for. A subscriber whose queue is full does not take it, which is counted
    /// against its `slow_client` policy.
    ///
    /// # Errors
    ///
    /// [`SendError::Encode`] where the value has no form as a message.
    pub fn publish(&self, topic: impl AsRef<str>, message: impl IntoMessage) -> Result<usize, SendError> {
        Ok(self.shards.publish(topic.as_ref(), &message.into_message()?, None))
    }

    /// How many connections are subscribed to the topic.
    pub fn subscribers(&self, topic: impl AsRef<str>) -> usize {
        let topic = topic.as_ref();
        self.shards.shard(topic).get(topic).map_or(0, BTreeMap::len)
    }
}

impl Shards {
    fn shard(&self, topic: &str) -> MutexGuard<'_, Shard> {
        let hash = self.hasher.hash_one(topic);
        #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash do")]
        let index = hash as usize % SHARDS;
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Hub {
    /// Topics of their own, without a subscriber.
    fn default() -> Self {
        Self { shards: Arc::new(Shards { hasher: RandomState::new(), shards: Default::default() }) }
    }
}

impl Topics for Shards {
    fn subscribe(&self, topic: &str, member: &Arc<Outbox>) -> Arc<str> {
        let mut shard = self.shard(topic);
        let name = shard.get_key_value(topic).map_or_else(|| Arc::from(topic), |(name, _)| name.clone());
        shard.entry(name.clone()).or_default().insert(member.id(), Arc::downgrade(member));
        name
    }

    fn unsubscribe(&self, topic: &str, member: u64) {
        let mut shard = self.shard(topic);
        let Some(members) = shard.get_mut(topic) else { return };
        members.remove(&member);
        if members.is_empty() {
            shard.remove(topic);
        }
    }

    fn publish(&self, topic: &str, message: &Message, except: Option<u64>) -> usize {
        let shard = self.shard(topic);
        let Some(members) = shard.get(topic) else { return 0 };
        let mut encoded = Encoded::new(message);
        members
            .iter()
            .filter(|(id, _)| Some(**id) != except)
            .filter_map(|(_, outbox)| outbox.upgrade())
            .filter(|outbox| outbox.send_encoded(&mut encoded).is_ok())
            .count()
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shards.fmt(f)
    }
}

impl fmt::Debug for Shards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let topics = |shard: &Mutex<Shard>| shard.lock().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("Hub")
            .field("topics", &self.shards.iter().map(topics).sum::<usize>())
            .finish_non_exhaustive()
    }
}
