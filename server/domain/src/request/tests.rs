use jiff::SignedDuration;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const BY: AccountId = AccountId(Uuid::nil());

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn under_review(step: usize) -> Stage {
    Stage::UnderReview { submitted_at: at(1), step, since: at(1) }
}

fn every_stage() -> [Stage; 6] {
    [
        Stage::Draft,
        under_review(0),
        under_review(1),
        Stage::ChangesRequested { submitted_at: at(1), step: 1, since: at(2) },
        Stage::Approved { at: at(3), by: BY },
        Stage::Refused { at: at(3), by: BY },
    ]
}

#[test]
fn the_transition_table() {
    use Decision::{Approve, Refuse, RequestChanges};
    let state = |result: Result<Stage, InvalidTransition>| result.ok().map(|stage| (stage.state(), stage.step_under_review()));
    let review = |step| Some((State::UnderReview, Some(step)));
    let table = [
        // from, submit, approve, request changes, refuse
        (0, review(0), None, None, None),
        (1, None, review(1), Some((State::ChangesRequested, None)), Some((State::Refused, None))),
        (2, None, Some((State::Approved, None)), Some((State::ChangesRequested, None)), Some((State::Refused, None))),
        (3, review(1), None, None, None),
        (4, None, None, None, None),
        (5, None, None, None, None),
    ];
    for (index, submit, approve, changes, refuse) in table {
        let from = every_stage()[index].clone();
        assert_eq!(state(from.clone().submit(at(9))), submit, "submit {from:?}");
        for (decision, expected) in [(Approve, approve), (RequestChanges, changes), (Refuse, refuse)] {
            assert_eq!(state(from.clone().decide(decision, at(9), BY, 2)), expected, "{decision:?} {from:?}");
        }
    }
}

#[test]
fn only_drafts_and_requests_sent_back_can_be_edited() {
    let editable: Vec<bool> = every_stage().iter().map(Stage::is_editable).collect();
    assert_eq!(editable, [true, false, false, true, false, false]);
}

#[test]
fn states_and_journal_lines_survive_their_column() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
    for kind in JournalKind::ALL {
        assert_eq!(JournalKind::parse(kind.as_str()), Some(kind));
    }
}

proptest! {
    /// Whatever people do, a decided request never moves again and no step is skipped.
    #[test]
    fn decided_is_final(moves in proptest::collection::vec(0u8..4, 0..30), steps in 1usize..4) {
        let mut stage = Stage::Draft;
        for (minute, one) in (0i64..).zip(moves) {
            let before = stage.clone();
            let next = match one {
                0 => stage.clone().submit(at(minute)),
                1 => stage.clone().decide(Decision::Approve, at(minute), BY, steps),
                2 => stage.clone().decide(Decision::RequestChanges, at(minute), BY, steps),
                _ => stage.clone().decide(Decision::Refuse, at(minute), BY, steps),
            };
            if let Ok(next) = next { stage = next; }
            if matches!(before, Stage::Approved { .. } | Stage::Refused { .. }) {
                prop_assert_eq!(&stage, &before);
            }
            if let (Some(a), Some(b)) = (before.step_under_review(), stage.step_under_review()) {
                prop_assert!(b == a || b == a + 1);
            }
        }
    }
}
