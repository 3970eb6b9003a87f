//! Who sees a request, in what way, and what each may do with it. Somebody with several ties to a request sees it in the way that allows most.

use crate::request::State;

/// What ties somebody to a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ties {
    pub applicant: bool,
    /// Accepted an invitation to edit it; the value says whether the applicant lets them submit.
    pub co_editor: Option<bool>,
    /// A verified member of the organisation.
    pub verified_member: bool,
    /// Named as a contact in what was submitted, with their confirmed address.
    pub named: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    Applicant,
    CoEditor {
        may_submit: bool,
    },
    /// A verified member of the organisation.
    Colleague,
    /// Somebody named in it: a summary, without history nor messages.
    Contact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// What was answered, and the documents.
    ReadSummary,
    /// History and messages too.
    Read,
    Edit,
    /// Write to the reviewers.
    Answer,
    Submit,
    /// Invite and remove co-editors, hand the request over.
    Manage,
    TakeOver,
    Duplicate,
}

/// Which documents of the answers somebody may open, of all those the request ever had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Documents {
    All,
    /// Those that were in a submission: documents added since are visible only to those who write the request.
    Sent,
    /// Those to which the answers they may read refer.
    Cited,
}

impl Act {
    pub const ALL: [Self; 8] = [Self::ReadSummary, Self::Read, Self::Edit, Self::Answer, Self::Submit, Self::Manage, Self::TakeOver, Self::Duplicate];
}

impl Ties {
    /// `None`: for this person the request does not exist. A draft never submitted is visible only to those who write it.
    pub fn sight(self, submitted_once: bool) -> Option<Sight> {
        match self {
            Self { applicant: true, .. } => Some(Sight::Applicant),
            Self { co_editor: Some(may_submit), .. } => Some(Sight::CoEditor { may_submit }),
            Self { verified_member: true, .. } if submitted_once => Some(Sight::Colleague),
            Self { named: true, .. } if submitted_once => Some(Sight::Contact),
            _ => None,
        }
    }
}

impl Sight {
    /// Whether they read the answers being written; others read only what was submitted.
    pub fn reads_what_is_written(self) -> bool {
        matches!(self, Self::Applicant | Self::CoEditor { .. })
    }

    pub fn documents(self) -> Documents {
        match self {
            Self::Applicant | Self::CoEditor { .. } => Documents::All,
            Self::Colleague => Documents::Sent,
            Self::Contact => Documents::Cited,
        }
    }

    /// `submitted_once` is false for a draft that was never submitted.
    pub fn allows(self, act: Act, state: State, submitted_once: bool) -> bool {
        let editable = matches!(state, State::Draft | State::ChangesRequested);
        match (self, act) {
            (_, Act::ReadSummary) => true,
            (Self::Contact, _) => false,
            (_, Act::Read | Act::Duplicate) => true,
            (Self::Colleague, Act::TakeOver) => submitted_once,
            (_, Act::TakeOver) | (Self::Colleague, _) => false,
            (_, Act::Edit) => editable,
            (Self::CoEditor { may_submit: false }, Act::Submit) => false,
            (_, Act::Submit) => editable,
            (_, Act::Answer) => submitted_once,
            (Self::Applicant, Act::Manage) => true,
            (Self::CoEditor { .. }, Act::Manage) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_tie_counts_and_a_private_draft_stays_private() {
        let none = Ties::default();
        let all = Ties { applicant: true, co_editor: Some(false), verified_member: true, named: true };
        for (ties, draft, submitted) in [
            (none, None, None),
            (all, Some(Sight::Applicant), Some(Sight::Applicant)),
            (Ties { applicant: false, ..all }, Some(Sight::CoEditor { may_submit: false }), Some(Sight::CoEditor { may_submit: false })),
            (Ties { co_editor: Some(true), ..none }, Some(Sight::CoEditor { may_submit: true }), Some(Sight::CoEditor { may_submit: true })),
            (Ties { verified_member: true, named: true, ..none }, None, Some(Sight::Colleague)),
            (Ties { verified_member: true, ..none }, None, Some(Sight::Colleague)),
            (Ties { named: true, ..none }, None, Some(Sight::Contact)),
        ] {
            assert_eq!((ties.sight(false), ties.sight(true)), (draft, submitted), "{ties:?}");
        }
    }

    #[test]
    fn what_is_being_written_is_for_those_who_write_it() {
        for (sight, writes, documents) in [
            (Sight::Applicant, true, Documents::All),
            (Sight::CoEditor { may_submit: false }, true, Documents::All),
            (Sight::Colleague, false, Documents::Sent),
            (Sight::Contact, false, Documents::Cited),
        ] {
            assert_eq!((sight.reads_what_is_written(), sight.documents()), (writes, documents), "{sight:?}");
        }
    }

    /// One letter for each act, in the order of [`Act::ALL`]; a dot where it is refused.
    fn letters(sight: Sight, state: State, submitted: bool) -> String {
        Act::ALL.iter().zip("srewtmod".chars()).map(|(act, letter)| if sight.allows(*act, state, submitted) { letter } else { '.' }).collect()
    }

    #[test]
    fn who_may_do_what_in_which_state() {
        // s: read a summary, r: read all, e: edit, w: write to the reviewers, t: transmit, m: manage, o: take over, d: duplicate.
        for (sight, draft, under_review, changes, approved, refused) in [
            (Sight::Applicant, "sre.tm.d", "sr.w.m.d", "srewtm.d", "sr.w.m.d", "sr.w.m.d"),
            (Sight::CoEditor { may_submit: true }, "sre.t..d", "sr.w...d", "srewt..d", "sr.w...d", "sr.w...d"),
            (Sight::CoEditor { may_submit: false }, "sre....d", "sr.w...d", "srew...d", "sr.w...d", "sr.w...d"),
            (Sight::Colleague, "sr.....d", "sr....od", "sr....od", "sr....od", "sr....od"),
            (Sight::Contact, "s.......", "s.......", "s.......", "s.......", "s......."),
        ] {
            for (state, expected) in [
                (State::Draft, draft),
                (State::UnderReview, under_review),
                (State::ChangesRequested, changes),
                (State::Approved, approved),
                (State::Refused, refused),
            ] {
                assert_eq!(letters(sight, state, state != State::Draft), expected, "{sight:?} {state:?}");
            }
        }
        assert_eq!(letters(Sight::Applicant, State::Draft, true), "srewtm.d", "an approved request reopened");
        assert_eq!(letters(Sight::Colleague, State::Draft, true), "sr....od");
    }
}
