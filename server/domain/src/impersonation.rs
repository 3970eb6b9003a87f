//! What an impersonating administrator may send: they impersonate somebody to see what that person sees and to help them write. What commits the
//! person or their organisation, gives or takes a right, shows a secret, decides, or changes an account is sent by the person alone.

use crate::{routes, security::IN_BULK};

/// The only forms allowed: every other one is refused, including those of a new route until it is listed here.
pub const MAY_SEND: [&str; 6] = [
    routes::SIGN_OUT,
    routes::IMPERSONATION_END,
    // The pages of a draft; it is submitted by another route.
    routes::REQUEST_BLOCK,
    routes::REQUEST_AUTOSAVE,
    routes::REQUEST_DOCUMENT_SCAN,
    // Open to everybody.
    routes::VERIFICATION,
];

/// Pages that open for the person alone: the copy of their data, the erasure of their account, and how they sign in.
pub const FOR_THE_PERSON: [&str; 5] =
    [routes::MY_DATA_COPY, routes::ERASURE, routes::SECURITY_CONFIRM, routes::SECURITY_APPLICATION, routes::PASSKEY];

/// `route` is a pattern of [`routes`]: an impersonating administrator cannot open it, and links to it are shown disabled. Files of many requests
/// are included: their download would be recorded under the name of somebody who downloaded nothing.
pub fn is_for_the_person(route: &str) -> bool {
    FOR_THE_PERSON.contains(&route) || IN_BULK.contains(&route)
}

/// `route` is a pattern of [`routes`]; `has` tells whether the form has a field. Of the forms about organisations, choosing among those of the
/// person is allowed; joining or leaving one is not.
pub fn may_send(route: &str, has: impl Fn(&str) -> bool) -> bool {
    MAY_SEND.contains(&route) || (route == routes::ORGANISATION && has("choisir") && !has("quitter"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_are_filled_and_nothing_else_is_sent() {
        let none = |_: &str| false;
        for route in routes::ALL {
            assert_eq!(may_send(route, none), MAY_SEND.contains(route), "{route}");
        }
        for route in [
            routes::REQUEST_SUMMARY,
            routes::REQUEST_RENEWAL,
            routes::REQUEST_REOPEN,
            routes::REQUEST_TRANSFER,
            routes::REQUEST_SHARING,
            routes::REQUEST_MESSAGES,
            routes::ROLE,
            routes::OWN_ROLE,
            routes::PARTNER_REDIRECTS,
            routes::PARTNER_SECRET,
            routes::PARTNER_NEW_SECRET,
            routes::REVIEW_REQUEST,
            routes::REVIEW_REVOKE,
            routes::RIGHTS_OF,
            routes::MY_ACCOUNT,
            routes::INVITATION,
            "/added/one/day",
        ] {
            assert!(!may_send(route, none), "{route}");
        }
    }

    #[test]
    fn one_may_change_the_body_worked_for_and_neither_join_nor_leave_one() {
        for (fields, expected) in [(&["choisir"][..], true), (&["siret"], false), (&["quitter"], false), (&["choisir", "quitter"], false)] {
            assert_eq!(may_send(routes::ORGANISATION, |name| fields.contains(&name)), expected, "{fields:?}");
        }
    }
}
