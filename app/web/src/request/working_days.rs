//! Delays, in words.

pub fn working_days(days: u32) -> String {
    let plural = if days > 1 { "s" } else { "" };
    format!("{days}\u{a0}jour{plural} ouvré{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_agree_in_number() {
        assert_eq!((working_days(1), working_days(12)), ("1\u{a0}jour ouvré".to_owned(), "12\u{a0}jours ouvrés".to_owned()));
    }
}
