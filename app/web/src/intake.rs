//! Limits on the request bodies being received: the memory and disk they take, and how slowly they may arrive.

use std::{
    collections::BTreeMap,
    fmt,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::ids::AccountId;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep},
};

use crate::{error::WebError, state::App};

/// In bytes, for all bodies being read: sixty forms of the largest size at once, or thousands of usual ones.
const BODIES: usize = 32 << 20;
/// In bytes, for all documents being checked and written; beyond it, requests wait for one another.
const DOCUMENTS: usize = 64 << 20;
/// In bytes, for one body in memory: the texts of a form with documents, and what the decoder reads ahead.
const IN_MEMORY: usize = 1 << 20;
/// In bytes, for one whole body: six documents of 10 MiB would take longer to send than anybody waits.
pub const MAX_UPLOAD: usize = 32 << 20;
/// Uploads received at the same time: each may write up to [`MAX_UPLOAD`] to disk before its files are checked to be documents.
const UPLOADS: usize = 8;
const UPLOADS_EACH: usize = 2;
const PACE: Pace = Pace { rest: Duration::from_secs(15), bytes_per_second: 8 << 10 };
/// How long a request waits for the memory of its documents.
const WAIT: Duration = Duration::from_secs(10);

/// A body that has sent n bytes is stopped if nothing more has come `rest` plus n / `bytes_per_second` after its beginning.
#[derive(Debug, Clone, Copy)]
struct Pace {
    rest: Duration,
    bytes_per_second: usize,
}

/// What all requests of the process share.
pub struct Intake {
    bodies: Arc<Semaphore>,
    documents: Arc<Semaphore>,
    uploads: Mutex<BTreeMap<AccountId, usize>>,
    /// Folder of unnamed temporary files, which disappear with their request or with the process.
    pub folder: PathBuf,
}

impl Intake {
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(folder: PathBuf) -> std::io::Result<Arc<Self>> {
        use std::os::unix::fs::DirBuilderExt;

        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let (bodies, documents) = (Arc::new(Semaphore::new(BODIES)), Arc::new(Semaphore::new(DOCUMENTS)));
        Ok(Arc::new(Self { bodies, documents, uploads: Mutex::default(), folder }))
    }

    /// Bytes of bodies in memory at this moment.
    pub fn held(&self) -> usize {
        BODIES - self.bodies.available_permits()
    }

    /// Counts one more upload for this account; refused when the account or the process is receiving too many.
    pub fn begin_upload(self: &Arc<Self>, account: AccountId) -> Result<Sending, WebError> {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        let own = uploads.get(&account).copied().unwrap_or(0);
        if own >= UPLOADS_EACH || uploads.values().sum::<usize>() >= UPLOADS {
            return Err(WebError::Overloaded);
        }
        uploads.insert(account, own + 1);
        Ok(Sending { intake: self.clone(), account })
    }

    /// Waits until this many bytes of memory are free for documents; the permit releases them when dropped.
    pub async fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, WebError> {
        let bytes = u32::try_from(bytes.min(DOCUMENTS)).unwrap_or(u32::MAX);
        let waiting = tokio::time::timeout(WAIT, self.documents.clone().acquire_many_owned(bytes));
        waiting.await.ok().and_then(Result::ok).ok_or(WebError::Overloaded)
    }
}

/// An upload being received: counted until this is dropped.
pub struct Sending {
    intake: Arc<Intake>,
    account: AccountId,
}

impl Drop for Sending {
    fn drop(&mut self) {
        let mut uploads = self.intake.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = uploads.get_mut(&self.account) {
            *own -= 1;
        }
        uploads.retain(|_, own| *own > 0);
    }
}

impl fmt::Debug for Sending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sending").field(&self.account).finish()
    }
}

/// Why a body is not read to its end.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum Stopped {
    #[error("length limit exceeded")]
    Large,
    #[error("too many bodies at once")]
    Overloaded,
    #[error("the body comes too slowly")]
    Slow,
}

/// Counts the memory that one body takes. Clones count the same body; its memory is released with the last of them.
#[derive(Clone)]
pub struct Gate(Arc<Counts>);

struct Counts {
    bodies: Arc<Semaphore>,
    received: AtomicUsize,
    written: AtomicUsize,
    overloaded: AtomicBool,
    slow: AtomicBool,
    held: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Gate {
    fn new(intake: &Intake) -> Self {
        Self(Arc::new(Counts {
            bodies: intake.bodies.clone(),
            received: AtomicUsize::new(0),
            written: AtomicUsize::new(0),
            overloaded: AtomicBool::new(false),
            slow: AtomicBool::new(false),
            held: Mutex::default(),
        }))
    }

    fn take(&self, bytes: usize) -> Result<(), Stopped> {
        let Counts { bodies, received, written, overloaded, held, .. } = &*self.0;
        let received = received.fetch_add(bytes, Relaxed) + bytes;
        if received > MAX_UPLOAD || received - written.load(Relaxed) > IN_MEMORY {
            return Err(Stopped::Large);
        }
        let share = u32::try_from(bytes).ok().and_then(|bytes| bodies.clone().try_acquire_many_owned(bytes).ok());
        let Some(share) = share else {
            overloaded.store(true, Relaxed);
            return Err(Stopped::Overloaded);
        };
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(whole) = held.as_mut() {
            whole.merge(share);
        } else {
            *held = Some(share);
        }
        Ok(())
    }

    /// These bytes were written to disk: their memory is released.
    pub fn written(&self, bytes: usize) {
        self.0.written.fetch_add(bytes, Relaxed);
        let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        drop(held.as_mut().and_then(|whole| whole.split(bytes)));
    }

    fn trouble(&self) -> Option<WebError> {
        if self.0.overloaded.load(Relaxed) {
            return Some(WebError::Overloaded);
        }
        self.0.slow.load(Relaxed).then_some(WebError::Slow)
    }
}

/// A body that counts its bytes in its gate, and fails when it arrives too slowly.
struct Measured {
    body: Body,
    gate: Gate,
    pace: Pace,
    begun: Instant,
    alarm: Pin<Box<Sleep>>,
}

impl Measured {
    fn new(body: Body, gate: Gate, pace: Pace) -> Self {
        let alarm = Box::pin(sleep(pace.rest));
        Self { body, gate, pace, begun: alarm.deadline() - pace.rest, alarm }
    }

    fn stop(&self, why: Stopped) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Poll::Ready(Some(Err(axum::Error::new(why))))
    }
}

impl HttpBody for Measured {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Err(why) = frame.data_ref().map_or(Ok(()), |data| self.gate.take(data.len())) {
                    return self.stop(why);
                }
                let earned = Duration::from_secs((self.gate.0.received.load(Relaxed) / self.pace.bytes_per_second) as u64);
                let deadline = self.begun + self.pace.rest + earned;
                self.alarm.as_mut().reset(deadline);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Pending if self.alarm.as_mut().poll(cx).is_ready() => {
                self.gate.0.slow.store(true, Relaxed);
                self.stop(Stopped::Slow)
            }
            other => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Middleware around every handler: the same limits apply whatever reads the body, and a body stopped for overload or slowness gets the
/// same error page.
pub async fn measure_bodies(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let gate = Gate::new(&app.intake);
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(gate.clone());
    let response = next.run(Request::from_parts(parts, Body::new(Measured::new(body, gate.clone(), PACE)))).await;
    gate.trouble().map_or(response, IntoResponse::into_response)
}

#[cfg(test)]
mod tests {
    use http_body_util::channel::{Channel, Sender};

    use super::*;

    /// A body somebody sends piece by piece, and what stops it when it comes slower than `bytes_per_second`.
    fn measured(intake: &Intake, pace: Pace) -> (Sender<Bytes, std::io::Error>, Body, Gate) {
        let (sender, body) = Channel::<Bytes, std::io::Error>::new(1);
        let gate = Gate::new(intake);
        (sender, Body::new(Measured::new(Body::new(body), gate.clone(), pace)), gate)
    }

    fn intake() -> (Arc<Intake>, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        (Intake::new(folder.path().join("tmp")).expect("made"), folder)
    }

    async fn drip(mut to: Sender<Bytes, std::io::Error>, pieces: usize, every: Duration) {
        for _ in 0..pieces {
            if to.send_data(Bytes::from_static(&[b'a'; 1000])).await.is_err() {
                return;
            }
            tokio::time::sleep(every).await;
        }
    }

    #[tokio::test]
    async fn a_body_that_drips_is_not_waited_for() {
        let (intake, _folder) = intake();
        for (every, enough) in [(20, true), (400, false)] {
            let pace = Pace { rest: Duration::from_millis(300), bytes_per_second: 1 << 30 };
            let (sender, body, gate) = measured(&intake, pace);
            let sending = tokio::spawn(drip(sender, 5, Duration::from_millis(every)));
            let read = axum::body::to_bytes(body, usize::MAX).await;
            assert_eq!((read.is_ok(), gate.trouble().is_none()), (enough, enough), "a piece every {every} ms: {read:?}");
            sending.await.expect("sent");
        }
        // As slow, at a pace that is asked of nobody.
        let (sender, body, _) = measured(&intake, Pace { rest: Duration::from_millis(300), bytes_per_second: 1000 });
        let sending = tokio::spawn(drip(sender, 3, Duration::from_millis(400)));
        assert_eq!(axum::body::to_bytes(body, usize::MAX).await.map(|bytes| bytes.len()).ok(), Some(3000));
        sending.await.expect("sent");
    }

    #[tokio::test]
    async fn what_lies_on_the_disk_takes_no_memory_and_all_is_given_back() {
        let (intake, _folder) = intake();
        let gate = Gate::new(&intake);
        for _ in 0..30 {
            gate.take(1 << 20).expect("room");
            assert_eq!(intake.held(), 1 << 20);
            gate.written(1 << 20);
            assert_eq!(intake.held(), 0);
        }
        gate.take(1 << 20).expect("room");
        assert!(matches!(gate.take(1), Err(Stopped::Large)), "more in memory than one body may take");
        gate.written(1 << 20);
        gate.take((1 << 20) - 1).expect("room");
        gate.written((1 << 20) - 1);
        assert!(matches!(gate.take(1), Err(Stopped::Large)), "more than one body may send");
        drop(gate);
        assert_eq!(intake.held(), 0);
    }
}
