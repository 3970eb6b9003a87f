//! Hostile texts, typed in every field: an output that failed to escape them would turn them into something else than text.

/// Of one line, short enough for every field.
pub const LINES: [&str; 11] = [
    "\"><x-intruder a='",
    "' onintruder='1\" onintruder=\"1",
    "</textarea></title></option></select><x-intruder>",
    "</noscript></style></script>--><x-intruder><!--",
    "{demande.titre}{{demande.lien}}{organisation} ${7*7}",
    "javascript:intruder()",
    "=1+1|'intruder'!A1",
    "-1\u{202e}fdp\u{2066}\u{200b}\u{feff}.exe",
    "@SOMME(1)</p></form><form action=//intruder.example>",
    "&lt;x-intruder&gt;&#60;x-intruder&#62;",
    "+33<base href=//intruder.example><x-intruder>",
];

/// Accepted as a name, but would end an attribute.
pub const NAME: &str = "d' onintruder d'";

/// One character too short for a password.
pub const SHORT: &str = "<x-intruder";

/// For fields that should refuse them.
pub const BROKEN: [&str; 3] = ["Intrus\r\nBcc: intruder@a.fr\r\n\r\n<x-intruder>", "a\u{0}\u{1b}[31m\u{7f}<x-intruder>", "\u{200b}\u{2066}\u{feff}"];

/// Of several lines: ends every element that holds text, then brings a field, a script's island and a redirection.
pub const BLOCK: &str = "\t=1+1\n</textarea></title></option></select></noscript></style></script>-->\
    <x-intruder><input type=hidden name=action value=intruder>\
    <leptos-island data-component=\"Autosave\" data-props='{\"url\":\"/intruder\"}'></leptos-island>\
    <meta http-equiv=refresh content=\"0;url=/intruder\"><base href=\"//intruder.example\">\
    <img src=x onerror=intruder()><svg onload=intruder()></svg>\n\
    {demande.titre}{{organisation}}\u{202e}\u{2067}\n\u{2028}\r\nhttps://a.fr/\"><x-intruder>\njavascript:intruder()\n<!--";

/// Accepted as an address of the web.
pub const URL: &str = "https://a.fr/\"><x-intruder>'onintruder='1</textarea><x-intruder>";

/// A person without any role, who receives the mails of the walk.
pub const SOMEBODY: &str = "intrus@clamart.example";
/// Another, who has no account yet.
pub const NEWCOMER: &str = "nouvelle.personne@clamart.example";
