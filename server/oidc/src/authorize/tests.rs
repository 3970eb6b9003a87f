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

fn parse(name: &'static str, value: Option<&str>) -> Result<AuthorizeRequest, Invalid> {
    AuthorizeRequest::parse(&with(name, value), true)
}

fn check(name: &'static str, value: &str) -> Result<Granted, (Code, bool)> {
    let request = parse(name, Some(value)).expect("accepted so far");
    let granted: Vec<String> = ["email", "birthplace", "birthcountry"].map(str::to_owned).into();
    let known = |id: &str| scope::identity(id).is_some();
    let allowed = Allowed { acrs: &[Acr::Eidas1], scopes: &granted, known_scope: &known, idp_hints: &["demo"] };
    request.check(allowed).map_err(|error| (error.error, error.in_fragment))
}

#[test]
fn each_required_parameter_is_named_when_missing() {
    for (name, _) in NOMINAL {
        assert_eq!(parse(name, None), Err(Invalid { parameter: name, problem: Problem::Missing }));
    }
}

#[test]
fn values_refused_on_our_page() {
    use Problem::*;
    for (parameter, value, problem) in [
        ("nonce", "abcdefghijklmnopqrstu", TooShort { min: 22 }),
        ("redirect_uri", "pas une adresse", NotAnAddress),
        ("prompt", "none", Unsupported { accepted: "login, consent" }),
        ("prompt", "", Unsupported { accepted: "login, consent" }),
        ("prompt", "login select_account", Unsupported { accepted: "login, consent" }),
        ("claims", "{", NotJson),
        ("code_challenge_method", "S256", Without { other: "code_challenge" }),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Unsupported { accepted: "S256" }),
    ] {
        let at = if parameter == "code_challenge" { "code_challenge_method" } else { parameter };
        assert_eq!(parse(parameter, Some(value)), Err(Invalid { parameter: at, problem }), "{parameter}={value}");
    }
    let long = "x".repeat(MAX_STATE + 1);
    assert_eq!(parse("state", Some(&long)).map(drop), Err(Invalid { parameter: "state", problem: TooLong { max: MAX_STATE } }));
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
    assert_eq!(check("acr_values", "eidas3 eidas1").map(|granted| granted.acr), Ok(Acr::Eidas1));
    assert_eq!(check("acr_values", "or").map(|granted| granted.acr), Ok(Acr::Eidas1));
}
