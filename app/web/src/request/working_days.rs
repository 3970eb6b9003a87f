//! Delays, in words.

pub fn working_days(days: u32) -> String {
    let plural = if days > 1 { "s" } else { "" };
    format!("{days}\u{a0}jour{plural} ouvré{plural}")
}
