use super::*;

const NOMINAL: [(&str, &str); 7] = [
    ("client_id", "portail"),
    ("redirect_uri", "https://famille.exemple.fr/retour"),
    ("response_type", "code"),
    ("scope", "openid email"),
    ("acr_values", "eidas1"),
    ("state", "e"),
    ("nonce", "abcdefghijklmnopqrstuv"),
];

fn with(name: &'static str, value: Option<&str>) -> Params {
    let mut pairs: Vec<(String, String)> = NOMINAL.iter().filter(|(key, _)| *key != name).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    if let Some(value) = value {
        pairs.push((name.to_owned(), value.to_owned()));
    }
    pairs.into_iter().collect()
}

const READ: [&str; 13] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "acr_values",
    "state",
    "nonce",
    "prompt",
    "claims",
    "idp_hint",
    "ui_locales",
    "code_challenge",
    "code_challenge_method",
];

/// With the rules of FranceConnect, or with those of a realm that asks for little.
fn parse_as(params: &Params, strict: bool) -> Result<AuthorizeRequest, Invalid> {
    let accepted = Accepted {
        local: true,
        reads: &|name| READ.contains(&name),
        strict,
        requires: &|name| strict && ["acr_values", "state", "nonce"].contains(&name),
        nonce_min: if strict { 22 } else { 0 },
        prompts: &["login", "consent"].map(str::to_owned),
    };
    AuthorizeRequest::parse(params, accepted)
}

fn parse(name: &'static str, value: Option<&str>) -> Result<AuthorizeRequest, Invalid> {
    parse_as(&with(name, value), true)
}

fn check(name: &'static str, value: &str) -> Result<Granted, (Code, bool)> {
    let request = parse(name, Some(value)).expect("accepted so far");
    let allowed = Allowed {
        acr: (request.acr_values != "eidas2").then_some("eidas1"),
        granted_scope: &|id| ["openid", "email", "birth"].contains(&id),
        known_scope: &|id| ["gender", "identite_pivot"].contains(&id),
        idp_hints: &["demo"],
    };
    request.check(allowed).map_err(|error| (error.error, error.in_fragment))
}

#[test]
fn each_required_parameter_is_named_when_missing() {
    for (name, _) in NOMINAL {
        assert_eq!(parse(name, None), Err(invalid(name, Problem::Missing)));
    }
}

#[test]
fn values_refused_on_our_page() {
    use Problem::*;
    for (parameter, value, problem) in [
        ("nonce", "abcdefghijklmnopqrstu", TooShort { min: 22 }),
        ("redirect_uri", "pas une adresse", NotAnAddress),
        ("prompt", "none", Unsupported { accepted: "login, consent".to_owned() }),
        ("prompt", "", Unsupported { accepted: "login, consent".to_owned() }),
        ("prompt", "login select_account", Unsupported { accepted: "login, consent".to_owned() }),
        ("claims", "{", NotJson),
        ("claims", "[]", NotJson),
        ("claims", "1", NotJson),
        ("claims", "null", NotJson),
        ("code_challenge_method", "S256", Without { other: "code_challenge" }),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Unsupported { accepted: "S256".to_owned() }),
    ] {
        let at = if parameter == "code_challenge" { "code_challenge_method" } else { parameter };
        assert_eq!(parse(parameter, Some(value)), Err(invalid(at, problem)), "{parameter}={value}");
    }
    let long = "x".repeat(MAX_STATE + 1);
    assert_eq!(parse("state", Some(&long)).map(drop), Err(invalid("state", TooLong { max: MAX_STATE })));
}

#[test]
fn values_accepted() {
    for (name, value) in
        [("prompt", "consent login"), ("nonce", "é&#/abcdefghijklmnopqrstuvwxyz"), ("ui_locales", "fr"), ("claims", r#"{"id_token":{"acr":null}}"#)]
    {
        assert!(parse(name, Some(value)).is_ok_and(|request| !request.wants_amr), "{name}={value}");
    }
    assert!(parse("claims", Some(r#"{"id_token":{"amr":{"essential":true}}}"#)).is_ok_and(|request| request.wants_amr));
}

#[test]
fn errors_sent_back_to_the_service() {
    for (name, value, expected) in [
        ("scope", "email", (Code::InvalidRequest, false)),
        ("scope", "", (Code::InvalidRequest, false)),
        ("scope", "openid gender", (Code::InvalidScope, false)),
        ("scope", "openid identite_pivot", (Code::InvalidScope, false)),
        ("response_type", "", (Code::InvalidRequest, false)),
        ("response_type", "token", (Code::UnsupportedResponseType, true)),
        ("response_type", "code id_token", (Code::UnsupportedResponseType, true)),
        ("acr_values", "eidas2", (Code::InvalidAcr, false)),
        ("idp_hint", "autre", (Code::InvalidIdpHint, false)),
    ] {
        assert_eq!(check(name, value), Err(expected), "{name}={value}");
    }
}

#[test]
fn unknown_scopes_and_levels_are_passed_over() {
    let scopes = |granted: Granted| granted.scopes.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(check("scope", "openid inconnu email email birth").map(scopes), Ok(["openid", "email", "birth"].map(str::to_owned).into()));
    assert_eq!(check("acr_values", "eidas3 eidas1").map(|granted| granted.acr), Ok("eidas1".to_owned()));
}

#[test]
fn a_parameter_the_realm_lacks_is_named_or_ignored() {
    for name in ["max_age", "login_hint", "request", "response_mode", "fantaisie"] {
        let params = with(name, Some("1"));
        assert_eq!(parse_as(&params, true), Err(invalid(name, Problem::NotAccepted)), "{name}");
        assert!(parse_as(&params, false).is_ok(), "{name}");
    }
    let long = "x".repeat(200);
    let named = parse_as(&[("client_id", "a")].into_iter().chain(NOMINAL.into_iter().skip(1)).chain([(long.as_str(), "1")]).collect(), true);
    assert_eq!(named.map_err(|error| error.parameter.len()), Err(MAX_NAME));
}

#[test]
fn what_a_realm_does_not_require_may_be_left_out() {
    for name in ["acr_values", "state", "nonce"] {
        let request = parse_as(&with(name, None), false).expect("accepted");
        assert_eq!((request.state.is_none(), request.nonce.is_none()), (name == "state", name == "nonce"));
    }
}

#[test]
fn a_citizen_identifies_again_when_the_service_says_so() {
    for (prompt, expected) in [("login", true), ("consent login", true), ("consent", false)] {
        assert_eq!(parse("prompt", Some(prompt)).map(|request| request.reauthenticate), Ok(expected));
    }
}
