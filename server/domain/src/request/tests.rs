use jiff::SignedDuration;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const BY: AccountId = AccountId(Uuid::nil());
const LEGAL: TeamRef<'static> = TeamRef { service: "essai", stage: "juridique" };
const TEAM: TeamRef<'static> = TeamRef { service: "essai", stage: "equipe" };

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn turn(team: TeamRef<'_>, order: u32) -> Turn {
    Turn { service: team.service.into(), stage: team.stage.into(), order, working_days: 5, stood_still: 0, verdict: Verdict::Waiting, assignee: None }
}

fn sequential() -> Vec<Turn> {
    vec![turn(LEGAL, 0), turn(TEAM, 1)]
}

fn parallel() -> Vec<Turn> {
    vec![turn(LEGAL, 0), turn(TEAM, 0), turn(TeamRef { service: "autre", stage: "equipe" }, 1)]
}

fn submitted(route: Vec<Turn>) -> Phase {
    Phase::Draft.submit(at(1), 1, route).unwrap()
}

fn every_stage() -> [Phase; 8] {
    let second = submitted(sequential()).decide(Decision::Approve, at(2), BY, LEGAL).unwrap();
    let sent_back = second.clone().decide(Decision::RequestChanges, at(2), BY, TEAM).unwrap();
    [
        Phase::Draft,
        submitted(sequential()),
        second,
        sent_back,
        Phase::Approved { at: at(3), by: BY },
        Phase::Refused { at: at(3), by: BY },
        Phase::Revoked { at: at(3), by: BY },
        Phase::Archived { at: at(3), by: None },
    ]
}

type Said = Option<(State, Vec<String>)>;

fn said(result: Result<Phase, InvalidTransition>) -> Said {
    result.ok().map(|stage| (stage.state(), stage.pending().map(|turn| turn.stage.clone()).collect()))
}

fn is(state: State) -> Said {
    Some((state, vec![]))
}

fn held_by(teams: &[&str]) -> Said {
    Some((State::UnderReview, teams.iter().map(|team| (*team).to_owned()).collect()))
}

#[test]
fn the_transition_table() {
    use Decision::{Approve, Refuse, RequestChanges, WithdrawChanges};
    let (changes, refused, approved) = (is(State::ChangesRequested), is(State::Refused), is(State::Approved));
    const NONE: [Said; 4] = [None, None, None, None];
    // From, submit, then the legal team and the other team: approve, request changes, refuse, withdraw the changes asked for.
    let table: [(usize, Said, [Said; 4], [Said; 4]); 8] = [
        (0, held_by(&["juridique"]), NONE, NONE),
        (1, None, [held_by(&["equipe"]), changes.clone(), refused.clone(), None], NONE),
        (2, None, NONE, [approved.clone(), changes, refused.clone(), None]),
        // Sent back by the second team: it alone may take that back, or decide all the same.
        (3, held_by(&["equipe"]), NONE, [approved, None, refused, held_by(&["equipe"])]),
        (4, None, NONE, NONE),
        (5, None, NONE, NONE),
        (6, None, NONE, NONE),
        (7, None, NONE, NONE),
    ];
    for (index, submit, legal, team) in table {
        let from = every_stage()[index].clone();
        assert_eq!(said(from.clone().submit(at(9), 2, sequential())), submit, "submit {from:?}");
        for (who, expected) in [(LEGAL, legal), (TEAM, team)] {
            for (decision, expected) in [Approve, RequestChanges, Refuse, WithdrawChanges].into_iter().zip(expected) {
                assert_eq!(said(from.clone().decide(decision, at(9), BY, who)), expected, "{decision:?} by {who:?} {from:?}");
            }
        }
    }
}

#[test]
fn the_table_of_second_lives() {
    // From, reopen, restore, then revoke and archive: of a request that was not reopened, of one that was.
    let (draft, approved, revoked, archived) = (is(State::Draft), is(State::Approved), is(State::Revoked), is(State::Archived));
    type Row = (usize, Said, Said, [Said; 2], [Said; 2]);
    let table: [Row; 8] = [
        (0, None, approved.clone(), [None, revoked.clone()], [archived.clone(), None]),
        (1, None, approved.clone(), [None, revoked.clone()], [None, None]),
        (2, None, approved.clone(), [None, revoked.clone()], [None, None]),
        (3, None, approved.clone(), [None, revoked.clone()], [archived.clone(), None]),
        (4, draft, None, [revoked.clone(), revoked], [None, None]),
        (5, None, approved, [None, None], [archived.clone(), archived.clone()]),
        (6, None, None, [None, None], [archived.clone(), archived]),
        (7, None, None, [None, None], [None, None]),
    ];
    for (index, reopen, restore, revoke, archive) in table {
        let from = every_stage()[index].clone();
        assert_eq!(said(from.clone().reopen()), reopen, "reopen {from:?}");
        assert_eq!(said(from.clone().restore(at(9), BY)), restore, "restore {from:?}");
        for (reopened, revoke, archive) in [(false, &revoke[0], &archive[0]), (true, &revoke[1], &archive[1])] {
            assert_eq!(&said(from.clone().revoke(at(9), BY, reopened)), revoke, "revoke {reopened} {from:?}");
            assert_eq!(&said(from.clone().archive(at(9), None, reopened)), archive, "archive {reopened} {from:?}");
        }
    }
}

#[test]
fn what_may_be_put_an_end_to() {
    let (archive, give_up) = (Some(WayOut::Archive), Some(WayOut::GiveUpChange));
    for (state, never_reopened, reopened) in [
        (State::Draft, archive, give_up),
        (State::UnderReview, None, None),
        (State::ChangesRequested, archive, give_up),
        (State::Approved, None, None),
        (State::Refused, archive, archive),
        (State::Revoked, archive, archive),
        (State::Archived, None, None),
    ] {
        assert_eq!([state.way_out(false), state.way_out(true)], [never_reopened, reopened], "{state:?}");
    }
}

#[test]
fn what_is_over_is_never_written_in_again() {
    for (state, expected) in [
        (State::Draft, [true, true]),
        (State::UnderReview, [true, true]),
        (State::ChangesRequested, [true, true]),
        (State::Approved, [false, true]),
        (State::Refused, [false, false]),
        (State::Revoked, [false, false]),
        (State::Archived, [false, false]),
    ] {
        assert_eq!([state.may_open_again(false), state.may_open_again(true)], expected, "{state:?}");
    }
}

#[test]
fn the_last_team_is_the_one_whose_approval_grants() {
    let one_left = submitted(parallel()).decide(Decision::Approve, at(2), BY, LEGAL).unwrap();
    let other = TeamRef { service: "autre", stage: "equipe" };
    let alone = one_left.clone().decide(Decision::Approve, at(3), BY, TEAM).unwrap();
    for (stage, last) in [(submitted(sequential()), None), (submitted(parallel()), None), (one_left, None), (alone, Some(other))] {
        let review = stage.review().unwrap();
        for team in [LEGAL, TEAM, other] {
            assert_eq!(review.is_last(team), Some(team) == last, "{team:?} {stage:?}");
        }
    }
}

#[test]
fn teams_side_by_side_decide_in_any_order_and_the_next_waits_for_both() {
    for (first, second) in [(LEGAL, TEAM), (TEAM, LEGAL)] {
        let stage = submitted(parallel());
        assert_eq!(stage.pending().count(), 2);
        let stage = stage.decide(Decision::Approve, at(2), BY, first).unwrap();
        assert_eq!(stage.pending().map(Turn::team).collect::<Vec<_>>(), [second]);
        let stage = stage.decide(Decision::Approve, at(3), BY, second).unwrap();
        assert_eq!(said(Ok(stage.clone())), held_by(&["equipe"]));
        let last = TeamRef { service: "autre", stage: "equipe" };
        assert_eq!(stage.decide(Decision::Approve, at(4), BY, last), Ok(Phase::Approved { at: at(4), by: BY }));
    }
}

#[test]
fn while_one_team_waits_for_changes_the_clock_of_the_other_stands_still() {
    let stage = submitted(parallel()).decide(Decision::RequestChanges, at(10), BY, LEGAL).unwrap();
    assert_eq!((stage.state(), stage.pending().count()), (State::ChangesRequested, 0));
    let stage = stage.submit(at(60), 2, vec![]).unwrap();
    let since: Vec<Verdict> = stage.pending().map(|turn| turn.verdict).collect();
    assert_eq!(since, [Verdict::Pending { since: at(60) }, Verdict::Pending { since: at(60) }]);
    assert_eq!(stage.review().map(|review| (review.round, review.submitted_at)), Some((2, at(60))));
}

#[test]
fn changes_asked_for_by_mistake_are_taken_back_and_every_clock_goes_on() {
    let day = |text: &str| -> Timestamp { format!("2026-11-{text}:00:00Z").parse().unwrap() };
    // Five working days from Monday the 23rd: the 30th. Asked on Tuesday; taken back the same day, on Thursday, or on Monday.
    for (back, due) in [("24T15", "2026-11-30"), ("26T09", "2026-12-02"), ("30T09", "2026-12-04")] {
        let stage = Phase::Draft.submit(day("23T09"), 1, parallel()).unwrap();
        let asked = stage.clone().decide(Decision::RequestChanges, day("24T09"), BY, TEAM).unwrap();
        let same = asked.clone().decide(Decision::WithdrawChanges, day(back), BY, TEAM).unwrap();
        assert_eq!(said(Ok(same.clone())), held_by(&["juridique", "equipe"]));
        let held: Vec<_> = same.pending().map(|turn| (turn.since(), turn.due().map(|day| day.to_string()))).collect();
        assert_eq!(held, [(Some(day("23T09")), Some(due.to_owned())), (Some(day("23T09")), Some(due.to_owned()))], "{back}");
        assert_eq!(asked.clone().decide(Decision::WithdrawChanges, day(back), BY, LEGAL), Err(InvalidTransition("decide")));
        // An approval on what was sent last, while the other team goes on with its own.
        let approved = asked.decide(Decision::Approve, day(back), BY, TEAM).unwrap();
        assert_eq!(said(Ok(approved.clone())), held_by(&["juridique"]));
        assert_eq!(approved.pending().filter_map(Turn::due).map(|day| day.to_string()).collect::<Vec<_>>(), [due]);
        assert!(matches!(approved.review().unwrap().turn(TEAM).unwrap().verdict, Verdict::Approved { round: 1, .. }));
        // Sent again after that, the promise starts anew.
        let again = same.decide(Decision::RequestChanges, day("30T10"), BY, LEGAL).unwrap().submit(day("30T11"), 2, vec![]).unwrap();
        assert!(again.pending().all(|turn| turn.due().is_some_and(|day| day.to_string() == "2026-12-07")));
    }
}

#[test]
fn an_approval_remembers_the_submission_it_read() {
    let stage = submitted(sequential()).decide(Decision::Approve, at(2), BY, LEGAL).unwrap();
    let stage = stage.decide(Decision::RequestChanges, at(3), BY, TEAM).unwrap().submit(at(4), 2, vec![]).unwrap();
    let review = stage.review().unwrap();
    assert_eq!(review.round, 2);
    assert_eq!(review.turn(LEGAL).map(|turn| turn.verdict), Some(Verdict::Approved { at: at(2), by: BY, round: 1 }));
    assert!(review.was_approved_by(BY));
}

#[test]
fn a_promise_is_counted_in_working_days() {
    let monday: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
    let stage = Phase::Draft.submit(monday, 1, sequential()).unwrap();
    assert_eq!(stage.pending().filter_map(Turn::due).map(|day| day.to_string()).collect::<Vec<_>>(), ["2026-11-30"]);
}

#[test]
fn only_drafts_and_requests_sent_back_can_be_edited() {
    let editable: Vec<bool> = every_stage().iter().map(Phase::is_editable).collect();
    assert_eq!(editable, [true, false, false, true, false, false, false, false]);
}

#[test]
fn states_and_journal_lines_survive_their_column() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
    for kind in JournalKind::ALL.iter().copied() {
        assert_eq!(JournalKind::parse(kind.as_str()), Some(kind));
    }
}

proptest! {
    /// Whatever people do, a refused request never moves again by itself, nothing is approved before every team
    /// said yes, and no team decides before its turn.
    #[test]
    fn no_team_is_skipped(moves in proptest::collection::vec((0u8..5, 0usize..3), 0..40), side_by_side in any::<bool>()) {
        let route = if side_by_side { parallel() } else { sequential() };
        let teams: Vec<TeamRef<'_>> = route.iter().map(Turn::team).collect();
        let mut stage = Phase::Draft;
        let mut yes = std::collections::BTreeSet::new();
        for (minute, (one, who)) in (0i64..).zip(moves) {
            let before = stage.clone();
            let team = teams[who % teams.len()];
            let next = match one {
                0 => stage.clone().submit(at(minute), 1, route.clone()),
                1 => stage.clone().decide(Decision::Approve, at(minute), BY, team),
                2 => stage.clone().decide(Decision::RequestChanges, at(minute), BY, team),
                3 => stage.clone().decide(Decision::WithdrawChanges, at(minute), BY, team),
                _ => stage.clone().decide(Decision::Refuse, at(minute), BY, team),
            };
            if let Ok(next) = next {
                if one == 1 { yes.insert((team.service, team.stage)); }
                if one != 0 { prop_assert!(before.deciding().any(|turn| turn.is_of(team))); }
                stage = next;
            }
            if matches!(before, Phase::Approved { .. } | Phase::Refused { .. }) {
                prop_assert_eq!(&stage, &before);
            }
            if matches!(stage, Phase::Approved { .. }) {
                prop_assert_eq!(yes.len(), teams.len());
            }
        }
    }
}
