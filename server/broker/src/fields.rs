//! The fields of the forms that citizens see, and the parameters of the addresses they are led to: pages write them, the broker reads them.

/// The login under way.
pub const FLOW: &str = "flow";
/// The identity provider that is chosen.
pub const PROVIDER: &str = "idp";
/// Why the citizen goes back to the service.
pub const REASON: &str = "reason";
/// The reason sent from the error page.
pub const AFTER_ERROR: &str = "error";
/// In an address: the identity provider that could not be used.
pub const FAILED: &str = "echec";
