//! Who receives which notification: the switches of an account, and the link at the foot of each mail, which works
//! without signing in for thirty days.

use domain::{
    actor::Actor,
    events::{Event, Notification},
    ids::{AccountId, RequestId},
    notification::{Topic, UNSUBSCRIBE},
    routes,
};
use serde::{Deserialize, Serialize};
use store::{
    account::{self, Account},
    micros, notification, outbox,
};

use crate::{Habilitation, mails::Letter};

const AAD: &str = "unsubscribe";

#[derive(Debug, thiserror::Error)]
pub enum UnsubscribeError {
    /// Cut, forged, or older than thirty days.
    #[error("link not usable")]
    Link,
    #[error(transparent)]
    Store(#[from] store::Error),
}

#[derive(Serialize, Deserialize)]
struct Token {
    account: AccountId,
    topic: Topic,
    /// Microseconds since the epoch.
    until: i64,
}

/// What an unsubscribe link would stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribing {
    account: AccountId,
    pub topic: Topic,
    pub email: String,
}

impl Habilitation {
    /// One mail to each of these people who did not refuse the topic; those it went to are returned.
    pub(crate) async fn notify<'a>(
        &self,
        tx: &store::Tx,
        topic: Topic,
        request: RequestId,
        people: &'a [Account],
        words: impl Fn(&Account) -> Letter,
    ) -> Result<Vec<&'a Account>, store::Error> {
        let refusing = notification::refusing(tx, topic, people.iter().map(|account| account.id)).await?;
        let told: Vec<&Account> = people.iter().filter(|account| !refusing.contains(&account.id)).collect();
        for account in &told {
            let unsubscribe = self.cx.url(&routes::unsubscribe(&self.unsubscribe_token(account.id, topic)?));
            let mail = words(account).with_way_out(&unsubscribe);
            let event = Event::Notification(Notification { mail, account: account.id, topic, unsubscribe });
            outbox::publish(&self.cx, tx, Some(request), &event).await?;
        }
        Ok(told)
    }

    /// Sealed, so that nobody can forge one or read whose account it names; nothing is stored.
    fn unsubscribe_token(&self, account: AccountId, topic: Topic) -> Result<String, store::Error> {
        let token = Token { account, topic, until: micros(UNSUBSCRIBE.after(self.cx.now())) };
        Ok(hex::encode(self.cx.seal(AAD, &serde_json::to_vec(&token)?)))
    }

    /// Reading the link stops nothing, because mail scanners follow links.
    pub async fn unsubscribing(&self, token: &str) -> Result<Unsubscribing, UnsubscribeError> {
        let sealed = hex::decode(token).map_err(|_| UnsubscribeError::Link)?;
        let plain = self.cx.open(AAD, &sealed).map_err(|_| UnsubscribeError::Link)?;
        let token: Token = serde_json::from_slice(&plain).map_err(|_| UnsubscribeError::Link)?;
        if token.until <= micros(self.cx.now()) {
            return Err(UnsubscribeError::Link);
        }
        let account = account::by_id(&self.cx.db, token.account).await?.ok_or(UnsubscribeError::Link)?;
        Ok(Unsubscribing { account: account.id, topic: token.topic, email: account.email })
    }

    /// Idempotent: pressing the button twice does the same.
    pub async fn unsubscribe(&self, token: &str) -> Result<Unsubscribing, UnsubscribeError> {
        let stopped = self.unsubscribing(token).await?;
        let tx = self.cx.begin().await?;
        notification::refuse(&tx, stopped.account, stopped.topic, self.cx.now()).await?;
        tx.commit().await?;
        Ok(stopped)
    }

    /// The topics that concern this person, each with whether mails are sent.
    pub async fn notifications(&self, actor: &Actor) -> Result<Vec<(Topic, bool)>, store::Error> {
        let refused = notification::refused_by(&self.cx.db, actor.account).await?;
        let concerned = Topic::ALL.into_iter().filter(|topic| *topic != Topic::ToReview || actor.is_reviewer());
        Ok(concerned.map(|topic| (topic, !refused.contains(&topic))).collect())
    }

    pub async fn set_notifications(&self, actor: &Actor, wanted: &[Topic]) -> Result<(), store::Error> {
        let tx = self.cx.begin().await?;
        for (topic, _) in self.notifications(actor).await? {
            if wanted.contains(&topic) {
                notification::accept(&tx, actor.account, topic).await?;
            } else {
                notification::refuse(&tx, actor.account, topic, self.cx.now()).await?;
            }
        }
        tx.commit().await
    }
}
