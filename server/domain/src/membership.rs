//! When a colleague may vouch for another: their addresses, both confirmed, are under the same domain.

/// Public mail providers: such an address says nothing of an employer.
const PUBLIC_MAILBOXES: [&str; 36] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "outlook.fr",
    "hotmail.com",
    "hotmail.fr",
    "live.com",
    "live.fr",
    "msn.com",
    "yahoo.com",
    "yahoo.fr",
    "icloud.com",
    "me.com",
    "proton.me",
    "protonmail.com",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "sfr.fr",
    "laposte.net",
    "bbox.fr",
    "yopmail.com",
    "neuf.fr",
    "cegetel.net",
    "numericable.fr",
    "club-internet.fr",
    "aliceadsl.fr",
    "voila.fr",
    "aol.com",
    "aol.fr",
    "gmx.fr",
    "gmx.com",
    "hotmail.be",
    "yahoo.be",
    "ymail.com",
    "mailo.com",
];

fn domain_of(email: &str) -> Option<&str> {
    email.rsplit_once('@').map(|(_, domain)| domain).filter(|domain| !domain.is_empty())
}

/// Whether a verified member with the first address may vouch for the second.
pub fn may_vouch(voucher: &str, colleague: &str) -> bool {
    match (domain_of(voucher), domain_of(colleague)) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other) && !PUBLIC_MAILBOXES.contains(&one.to_lowercase().as_str()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::may_vouch;

    #[test]
    fn colleagues_vouch_for_each_other_within_one_domain() {
        for (voucher, colleague, expected) in [
            ("jeanne@clamart.example", "louis@clamart.example", true),
            ("jeanne@clamart.example", "louis@Clamart.example", true),
            ("jeanne@clamart.example", "louis@lyon.example", false),
            ("jeanne@clamart.example", "louis@ville.clamart.example", false),
            ("jeanne@gmail.com", "louis@gmail.com", false),
            ("jeanne@laposte.net", "louis@laposte.net", false),
            ("jeanne@neuf.fr", "louis@neuf.fr", false),
            ("jeanne@Club-Internet.fr", "louis@club-internet.fr", false),
            ("jeanne", "louis", false),
            ("jeanne@", "louis@", false),
        ] {
            assert_eq!(may_vouch(voucher, colleague), expected, "{voucher} {colleague}");
        }
    }
}
