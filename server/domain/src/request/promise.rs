//! The day an answer is promised: each team has its working days from the moment the request reaches it, and the answer comes from the last of
//! them.

use jiff::civil::Date;

use super::{Turn, Verdict};
use crate::{
    calendar::add_working_days,
    form::{longest, sum},
};

/// The expected day of the answer: the latest due day of the teams that hold the request, then the working days of those that wait for them,
/// which begin today at the earliest. `None` while the request is back with its applicant.
pub fn expected_answer(turns: &[Turn], today: Date) -> Option<Date> {
    let first = turns.iter().filter_map(Turn::due).max()?;
    let waiting = turns.iter().filter(|turn| turn.verdict == Verdict::Waiting).map(|turn| (turn.order, turn.working_days));
    Some(longest(waiting).values().fold(first, |day, days| add_working_days(day.max(today), *days)))
}

/// Working days from the moment a request that is back with its applicant is sent again: each team that has not approved it gets its whole delay
/// again.
pub fn days_once_sent(turns: &[Turn]) -> u32 {
    sum(&longest(turns.iter().filter(|turn| !turn.is_approved()).map(|turn| (turn.order, turn.working_days))))
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use uuid::Uuid;

    use super::*;
    use crate::{
        form::{Form, Stage},
        ids::AccountId,
        request::{Decision, Phase, TeamRef},
    };

    fn at(day: &str) -> Timestamp {
        format!("2026-{day}T09:00:00Z").parse().unwrap()
    }

    /// « slug:order:days ».
    fn turns(road: &str) -> Vec<Turn> {
        crate::request::route(&form(road))
    }

    fn form(road: &str) -> Form {
        let stages = road.split_whitespace().map(|one| {
            let parts: Vec<&str> = one.split(':').collect();
            let number = |index: usize| parts[index].parse().unwrap();
            Stage { slug: parts[0].into(), team: parts[0].into(), order: number(1), working_days: number(2), covers: vec![], service: "s".into() }
        });
        Form { stages: stages.collect(), ..Form::default() }
    }

    #[test]
    fn the_whole_road_is_promised_one_team_after_the_other_or_side_by_side() {
        for (road, days) in [("", 0), ("a:0:5", 5), ("a:0:5 b:1:7", 12), ("a:0:5 b:1:7 c:2:5", 17), ("a:0:5 b:0:7", 7), ("a:0:5 b:0:7 c:1:3", 10)] {
            assert_eq!(form(road).review_days(), days, "{road}");
        }
    }

    #[test]
    fn the_day_of_the_answer_is_that_of_the_last_team() {
        const BY: AccountId = AccountId(Uuid::nil());
        fn team(stage: &str) -> TeamRef<'_> {
            TeamRef { service: "s", stage }
        }
        type Moves<'a> = &'a [(&'a str, Decision, &'a str)];
        use Decision::{Approve, RequestChanges, WithdrawChanges};
        // Monday the 23rd of November 2026 is the day of the submission; the last column is the day of the question.
        let table: [(&str, Moves<'_>, &str, Option<Date>); 11] = [
            ("a:0:5", &[], "11-23", Some(date(2026, 11, 30))),
            ("a:0:5 b:1:7", &[], "11-23", Some(date(2026, 12, 9))),
            ("a:0:5 b:1:7 c:2:5", &[], "11-23", Some(date(2026, 12, 16))),
            ("a:0:5 b:0:7", &[], "11-23", Some(date(2026, 12, 2))),
            // A stage passed early brings the answer nearer.
            ("a:0:5 b:1:7 c:2:5", &[("a", Approve, "11-24")], "11-24", Some(date(2026, 12, 10))),
            ("a:0:5 b:0:7", &[("b", Approve, "11-24")], "11-24", Some(date(2026, 11, 30))),
            // A team that is late pushes those after it.
            ("a:0:5 b:1:7", &[], "12-02", Some(date(2026, 12, 11))),
            ("a:0:5", &[], "12-02", Some(date(2026, 11, 30))),
            // Back with the applicant, no day is promised; taken back two working days later, it is two days later.
            ("a:0:5 b:1:7", &[("a", RequestChanges, "11-24")], "11-24", None),
            ("a:0:5 b:1:7", &[("a", RequestChanges, "11-24"), ("a", WithdrawChanges, "11-26")], "11-26", Some(date(2026, 12, 11))),
            ("", &[], "11-23", None),
        ];
        for (road, moves, today, expected) in table {
            let mut stage = Phase::Draft.submit(at("11-23"), 1, turns(road)).unwrap();
            for (who, decision, day) in moves {
                stage = stage.decide(*decision, at(day), BY, team(who)).unwrap();
            }
            let turns = &stage.review().unwrap().turns;
            assert_eq!(expected_answer(turns, crate::calendar::paris_date(at(today))), expected, "{road} {moves:?} {today}");
        }
        let back = Phase::Draft.submit(at("11-23"), 1, turns("a:0:5 b:1:7 c:2:5")).unwrap();
        let back = back.decide(Approve, at("11-24"), BY, team("a")).unwrap().decide(RequestChanges, at("11-24"), BY, team("b")).unwrap();
        assert_eq!(days_once_sent(&back.review().unwrap().turns), 12);
    }
}
