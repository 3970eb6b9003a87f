use super::*;

fn largest(cx: &Cx) -> Session {
    let long = "é".repeat(2000);
    let account = Account {
        sub: long.clone(),
        id_token: "t".repeat(1100),
        given_name: long.clone(),
        family_name: long.clone(),
        birthdate: long.clone(),
        gender: long.clone(),
        birthplace: long.clone(),
        birthcountry: long.clone(),
        email: long,
    };
    let quotient = Quotient { value: i64::MIN, year: -9999, month: -99, provider: "p".repeat(40), children: vec!["e".repeat(40); 6] };
    Session {
        login: Some(Login::new(cx, Wants::IdentityAndData)),
        account: Some(account.within_bounds()),
        quotient: Some(quotient),
        ..Session::new(cx)
    }
}

#[tokio::test]
async fn a_cookie_opens_whole_and_in_time() {
    let (cx, fixture) = testkit::cx().await;
    let session = largest(&cx);
    let cookie = session.seal(&cx);
    assert_eq!(Session::open(&cx, &cookie).as_ref(), Some(&session));
    for altered in [String::new(), cookie[1..].to_owned(), format!("{cookie}A"), cookie.replacen('A', "B", 1), "é".to_owned()] {
        assert_eq!(Session::open(&cx, &altered), None);
    }
    fixture.clock.advance(LIFETIME - Duration::from_secs(1));
    assert!(Session::open(&cx, &cookie).is_some());
    fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(Session::open(&cx, &cookie), None);
}

#[tokio::test]
async fn the_largest_cookie_is_one_that_browsers_keep() {
    let (cx, _fixture) = testkit::cx().await;
    let size = largest(&cx).seal(&cx).len() + "__Host-portail_famille=".len();
    assert!(size < 4096, "{size}");
}

#[test]
fn scopes_follow_what_is_wanted() {
    let of = |wants: Wants| wants.scopes().collect::<Vec<_>>();
    assert_eq!(of(Wants::Identity), IDENTITY);
    assert_eq!(of(Wants::Data), DATA);
    assert_eq!(of(Wants::IdentityAndData), [IDENTITY.as_slice(), DATA.as_slice()].concat());
}

#[test]
fn clipping_keeps_characters_whole() {
    for (text, max, expected) in [("abc", 5, "abc"), ("abc", 2, "ab"), ("éé", 3, "é"), ("", 0, "")] {
        assert_eq!(clip(text, max), expected);
    }
}
