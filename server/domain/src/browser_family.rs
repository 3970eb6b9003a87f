//! The family of a browser, worked out from its user agent: enough to recognise one's own sessions, too little to track anybody.

/// « Firefox sur Windows »; an unknown family is « Navigateur inconnu ».
pub fn family(user_agent: &str) -> String {
    // The order matters: Edge says Chrome and Safari too, Chrome says Safari.
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    // Android says Linux too, iPads and iPhones say Mac OS X.
    const SYSTEMS: [(&str, &str); 7] = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name);
    let browser = find(&BROWSERS).unwrap_or("Navigateur inconnu");
    find(&SYSTEMS).map_or_else(|| browser.to_owned(), |system| format!("{browser} sur {system}"))
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn families() {
        for (said, known) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox sur Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "Chrome sur Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0",
                "Edge sur Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari sur iPhone",
            ),
            ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36", "Chrome sur Android"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", "Safari sur macOS"),
            ("curl/8.5.0", "Navigateur inconnu"),
            ("", "Navigateur inconnu"),
        ] {
            assert_eq!(family(said), known, "{said}");
        }
    }
}
