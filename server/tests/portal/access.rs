//! `server/access.txt` against the router: every route is there, and answers each visitor as it says.

use std::{collections::BTreeSet, fmt::Write};

use domain::routes as paths;
use habilis::access::{self, Access};

use crate::world::{World, routes};

const TABLE: &str = include_str!("../../access.txt");

#[test]
fn the_table_lists_every_route_once() {
    let lines = access::parse(TABLE).expect("a table");
    let listed: BTreeSet<(String, String)> = lines.iter().map(|line| (line.path.clone(), line.method.clone())).collect();
    assert_eq!(listed.len(), lines.len(), "a route stands twice in server/access.txt");
    let routes: BTreeSet<(String, String)> = routes().into_iter().map(|route| (route.path, route.method.to_owned())).collect();
    let missing: Vec<_> = routes.difference(&listed).collect();
    let extra: Vec<_> = listed.difference(&routes).collect();
    assert!(missing.is_empty() && extra.is_empty(), "server/access.txt lacks {missing:?} and has {extra:?} too much");
}

#[test]
fn every_line_opens_something_to_somebody_or_says_why_not() {
    let lines = access::parse(TABLE).expect("a table");
    let unsaid: Vec<String> = lines.iter().filter(|line| line.is_closed() == line.reason.is_empty()).map(Access::to_string).collect();
    assert!(unsaid.is_empty(), "404 to whoever has an account without a reason, or a reason too much:\n{}", unsaid.join("\n"));
}

#[tokio::test]
async fn every_visitor_gets_what_the_table_says() {
    let world = World::new().await;
    let visitors = world.visitors().await;
    let mut wrong = String::new();
    for line in access::parse(TABLE).expect("a table") {
        let address = world.address(&line.path);
        let mut statuses = Vec::new();
        for (email, browser) in &visitors {
            let answer = match (line.method.as_str(), line.path.as_str(), email) {
                // Would end a session the other lines need.
                ("POST", paths::SIGN_OUT, Some(email)) => {
                    let other = world.site.signed_in(email).await;
                    other.post(&address, &[]).await
                }
                ("POST", path, _) => browser.post(&address, &world.fields(path)).await,
                _ => browser.get(&address).await,
            };
            statuses.push(answer.status.as_u16());
        }
        if statuses != line.statuses {
            writeln!(wrong, "{}", Access { statuses, ..line }).expect("a string grows");
        }
    }
    assert!(wrong.is_empty(), "these routes answer otherwise than server/access.txt says:\n{wrong}");
}
