//! What was granted: its place on the page of the request, its renewal, and the pages where anybody verifies it.

mod holder;
mod public;
mod renewal;

pub(crate) use holder::in_force;
pub use public::{NOT_FOUND, public_page, verification_page, verified_page};
pub use renewal::{renewal_page, renewed_page};
