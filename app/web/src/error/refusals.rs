//! Turns the errors of each use case into the pages that show them.

use axum::http::StatusCode;
use domain::{applicant, routes};
use habilitation::{
    address_book::BookError,
    administration::{EliminationError, RightsError},
    attestations::AttestationError,
    documents::DocumentError,
    erasure::ErasureError,
    factors::FactorError,
    memberships::MembershipError,
    messages::MessageError,
    own_account::OwnError,
    partner::PartnerError,
    passkeys::PasskeyError,
    publishing::PublishError,
    renewals::RenewError,
    requests::{ClaimError, LifeError, Obstacle, RequestError},
    reviews::{AssignError, DecideError, ExportError, NoteError, PreparedError, SearchError, TemplateError},
    vendor_tickets::TicketError,
};

use crate::WebError;

impl From<ErasureError> for WebError {
    fn from(error: ErasureError) -> Self {
        match error {
            ErasureError::NotFound => Self::NotFound,
            ErasureError::Impersonated => Self::InPerson,
            ErasureError::TooMany(wait) => Self::TooMany(wait),
            ErasureError::InForce(_) => Self::Conflict(
                "Cette personne porte une demande en cours, une habilitation active ou l’administration du site\u{a0}: transférez-les d’abord.",
            ),
            ErasureError::Fields(_) => Self::BadRequest("Des réponses sont à corriger."),
            ErasureError::Factor(FactorError::Stale) => Self::Confirm { return_to: routes::ERASURE.to_owned() },
            ErasureError::Factor(error) => error.into(),
            ErasureError::Rights(error) => error.into(),
            ErasureError::Store(error) => Self::internal(error),
        }
    }
}

impl From<OwnError> for WebError {
    fn from(error: OwnError) -> Self {
        match error {
            OwnError::NotFound => Self::NotFound,
            OwnError::TooMany(wait) => Self::TooMany(wait),
            OwnError::Impersonated => Self::InPerson,
            OwnError::Fields(_) => Self::BadRequest("Des réponses sont à corriger."),
            OwnError::Store(error) => Self::internal(error),
        }
    }
}

impl From<PasskeyError> for WebError {
    fn from(error: PasskeyError) -> Self {
        match error {
            PasskeyError::Factor(error) => error.into(),
            PasskeyError::NotFound => Self::NotFound,
            _ => Self::BadRequest("Cette clé d’accès n’a pas été acceptée."),
        }
    }
}

impl From<FactorError> for WebError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::TooMany(wait) => Self::TooMany(wait),
            FactorError::Impersonated => Self::InPerson,
            FactorError::Stale => Self::Confirm { return_to: routes::SECURITY.to_owned() },
            FactorError::Nobody => Self::SignIn { return_to: routes::HOME.to_owned() },
            FactorError::WrongCode => Self::BadRequest("Ce code est incorrect."),
            FactorError::WrongPassword => Self::BadRequest("Ce mot de passe est incorrect."),
            FactorError::Last => Self::Conflict(
                "C’est votre dernier moyen de confirmer vos connexions, et vos droits en exigent un. Remplacez-le, ou ajoutez-en un autre d’abord.",
            ),
            FactorError::State => Self::Conflict("Votre double authentification a changé depuis que vous avez ouvert cette page."),
            FactorError::Store(error) => Self::internal(error),
        }
    }
}

impl From<BookError> for WebError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::NotFound => Self::NotFound,
            BookError::Refused(_) => Self::BadRequest("Ce contact est à corriger."),
            BookError::TooMany => Self::BadRequest("La liste des contacts est pleine."),
            BookError::Store(error) => Self::internal(error),
        }
    }
}

impl From<PublishError> for WebError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::NotFound => Self::NotFound,
            PublishError::Stale => Self::Conflict("Ce fichier a été publié entre-temps."),
            PublishError::Invalid(_) | PublishError::Slug(_) | PublishError::Breaks(_) | PublishError::Reason(_) | PublishError::Unchanged => {
                Self::BadRequest("Ce fichier est à corriger.")
            }
            PublishError::Store(error) => Self::internal(error),
        }
    }
}

impl From<EliminationError> for WebError {
    fn from(error: EliminationError) -> Self {
        match error {
            EliminationError::Fields(_) => Self::BadRequest("Des réponses sont à corriger."),
            EliminationError::Nothing => Self::Conflict("Aucun dossier n’est arrivé à son terme."),
            EliminationError::Approved => Self::Conflict("Le visa de ce bordereau est déjà consigné."),
            EliminationError::Rights(error) => error.into(),
            EliminationError::Factor(FactorError::Stale) => Self::Confirm { return_to: routes::ELIMINATIONS.to_owned() },
            EliminationError::Factor(error) => error.into(),
            EliminationError::Store(error) => Self::internal(error),
        }
    }
}

impl From<RightsError> for WebError {
    fn from(error: RightsError) -> Self {
        match error {
            RightsError::NotFound => Self::NotFound,
            RightsError::Oneself => Self::Conflict("Vos propres droits se changent par une autre personne."),
            RightsError::Outside => Self::Conflict("Ce périmètre n’est pas le vôtre."),
            RightsError::LastAdmin => Self::Conflict("Cette personne est la seule à administrer le site."),
            RightsError::NoPerimeter | RightsError::NoRole => Self::BadRequest("Choisissez un périmètre et un rôle."),
            RightsError::NotThem => {
                Self::Conflict("Cette action ne se fait ni sur soi-même, ni sur une personne qui administre le site, ni sur un compte suspendu.")
            }
            RightsError::Reason(_) => Self::BadRequest("Le motif est à corriger."),
            RightsError::Unknown => Self::BadRequest("Cette action n’existe pas."),
            RightsError::Store(error) => Self::internal(error),
        }
    }
}

impl From<ClaimError> for WebError {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Dead => Self::Told(
                StatusCode::GONE,
                "Ce lien ne fonctionne plus",
                "Il a déjà servi, il a expiré, ou l’équipe qui avait préparé la demande l’a retirée. Demandez-lui une nouvelle invitation.",
            ),
            ClaimError::NotYours => Self::Told(
                StatusCode::FORBIDDEN,
                "Cette invitation n’est pas pour ce compte",
                "Elle a été envoyée à une autre adresse\u{a0}: déconnectez-vous, puis rouvrez le lien avec le compte de cette adresse.",
            ),
            ClaimError::Request(error) => error.into(),
        }
    }
}

impl From<MembershipError> for WebError {
    fn from(error: MembershipError) -> Self {
        match error {
            MembershipError::NotFound => Self::NotFound,
            MembershipError::NotYours => Self::Forbidden,
            MembershipError::Gone => Self::Conflict("Cette personne n’est plus rattachée à cette organisation."),
            MembershipError::InPerson => Self::Told(
                StatusCode::FORBIDDEN,
                "Réservé à la personne",
                "Un rattachement ne se vérifie pas à la place de quelqu’un d’autre. Revenez d’abord à votre compte.",
            ),
            MembershipError::Oneself => {
                Self::Told(StatusCode::FORBIDDEN, "Réservé à une autre personne", "Votre propre rattachement se vérifie par une autre personne.")
            }
            MembershipError::Reason(_) => Self::BadRequest("Le motif est à corriger."),
            MembershipError::Store(error) => Self::internal(error),
        }
    }
}

impl From<AttestationError> for WebError {
    fn from(error: AttestationError) -> Self {
        match error {
            AttestationError::NotFound => Self::NotFound,
            AttestationError::TooMany(wait) => Self::TooMany(wait),
            AttestationError::Document(error) => Self::internal(error),
            AttestationError::Store(error) => Self::internal(error),
        }
    }
}

impl From<RenewError> for WebError {
    fn from(error: RenewError) -> Self {
        match error {
            RenewError::NotFound => Self::NotFound,
            RenewError::Closed => Self::Conflict("Cette habilitation ne peut pas être prolongée aujourd’hui."),
            RenewError::Stale => Self::Conflict("Cette habilitation a déjà été prolongée ou remplacée. Rechargez la page."),
            RenewError::Outdated => Self::Conflict("Le formulaire a changé\u{a0}: mettez votre demande à jour pour la renouveler."),
            RenewError::NotConfirmed => Self::BadRequest("Confirmez que rien n’a changé."),
            RenewError::Request(error) => error.into(),
        }
    }
}

impl From<MessageError> for WebError {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::NotFound => Self::NotFound,
            MessageError::Closed => Self::Told(
                StatusCode::CONFLICT,
                "Vous ne pouvez pas écrire ici",
                "Les messages s’échangent entre le demandeur et les équipes d’instruction, une fois la demande transmise.",
            ),
            MessageError::Refused(_) => Self::BadRequest("Ce message est à corriger."),
            MessageError::Store(error) => Self::internal(error),
            MessageError::Io(error) => Self::internal(error),
        }
    }
}

impl From<PartnerError> for WebError {
    fn from(error: PartnerError) -> Self {
        match error {
            PartnerError::NotFound => Self::NotFound,
            PartnerError::AlreadyShown => Self::Conflict("Ce secret a déjà été affiché : il ne peut plus l’être."),
            PartnerError::Replaced => Self::Conflict(
                "Ce secret est déjà remplacé\u{a0}: le nouveau ne s’est affiché qu’une fois. S’il n’a pas été noté, remplacez-le depuis la page du service.",
            ),
            PartnerError::Uris(_) => Self::BadRequest("Des adresses sont à corriger."),
            PartnerError::Store(error) => Self::internal(error),
        }
    }
}

impl From<LifeError> for WebError {
    fn from(error: LifeError) -> Self {
        match error {
            LifeError::NotFound => Self::NotFound,
            LifeError::NotNow => Self::Conflict("Cette demande a changé d’état\u{a0}: rouvrez-la pour voir ce qui est possible."),
            LifeError::Store(error) => Self::internal(error),
        }
    }
}

impl From<RequestError> for WebError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::NotFound | RequestError::UnknownService => Self::NotFound,
            RequestError::NotYours => Self::Forbidden,
            RequestError::Begun(_) => Self::Conflict("Cette demande est déjà commencée\u{a0}: retrouvez-la dans vos demandes."),
            RequestError::NotEditable => Self::Conflict(
                "Cette demande n’est plus modifiable\u{a0}: elle est entre les mains de l’équipe qui l’instruit, ou une décision a été prise.",
            ),
            RequestError::Stale(_) => Self::Conflict("Cette demande a été modifiée entre-temps. Rechargez-la avant de recommencer."),
            RequestError::Obstacle(obstacle) => obstacle.into(),
            RequestError::Unchanged => Self::Conflict("Rien n’a changé depuis la validation\u{a0}: il n’y a rien à transmettre."),
            RequestError::Incomplete(_) | RequestError::NotTicked(_) | RequestError::FormChanged => Self::BadRequest("Des réponses sont à corriger."),
            RequestError::Store(error) => Self::internal(error),
        }
    }
}

impl From<Obstacle> for WebError {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::NoOrganisation => Self::BadRequest("Indiquez d’abord votre organisation."),
            Obstacle::Body(applicant::Obstacle::Closed) => Self::BadRequest("Cet établissement est fermé."),
            Obstacle::Body(applicant::Obstacle::Vendor) => Self::BadRequest("C’est à votre client de déposer cette demande."),
            Obstacle::NoStepBefore => Self::Told(
                StatusCode::CONFLICT,
                "Habilitation de l’étape précédente requise",
                "Cette demande prend la suite d’une autre habilitation, qui doit être en cours de validité et délivrée à la même organisation. Nous n’en trouvons pas.",
            ),
            Obstacle::Spent(spent) => Self::DayOver(spent),
            Obstacle::Held(_) => Self::Told(
                StatusCode::CONFLICT,
                "Ce service ne se demande qu’une fois",
                "Votre organisation a déjà une demande en cours, ou une habilitation, pour ce service\u{a0}: retrouvez-la dans vos demandes ou auprès de vos collègues.",
            ),
        }
    }
}

impl From<DocumentError> for WebError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Request(error) => error.into(),
            DocumentError::Io(error) => Self::internal(error),
            DocumentError::Waiting => Self::Told(
                StatusCode::CONFLICT,
                "Analyse antivirus en cours",
                "Ce document pourra être ouvert dès que l’antivirus l’aura analysé. Revenez dans quelques instants.",
            ),
            DocumentError::Infected => {
                Self::Told(StatusCode::GONE, "Document supprimé", "L’antivirus a trouvé un virus dans ce document\u{a0}: il a été supprimé.")
            }
            DocumentError::Unscanned => Self::Told(
                StatusCode::CONFLICT,
                "Analyse antivirus impossible",
                "L’antivirus n’a pas pu analyser ce document\u{a0}: il ne peut pas être ouvert. Il faut le déposer de nouveau.",
            ),
            DocumentError::ScannedEnough => {
                Self::Conflict("L’antivirus n’a pas pu analyser ce document après plusieurs essais\u{a0}: il faut le déposer de nouveau.")
            }
            DocumentError::Spent(spent) => Self::DayOver(spent),
            DocumentError::TooLarge | DocumentError::Empty | DocumentError::Format(_) | DocumentError::TooMany(_) => {
                Self::BadRequest("Ce document ne peut pas être accepté.")
            }
        }
    }
}

impl From<DecideError> for WebError {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::NotFound => Self::NotFound,
            DecideError::NotYourTurn => Self::Conflict("Cette demande n’attend plus votre équipe : une décision a déjà été prise."),
            DecideError::InPerson => Self::InPerson,
            DecideError::SamePerson => {
                Self::Conflict("Vous avez validé l’étape précédente\u{a0}: la suivante revient à une autre personne de l’équipe.")
            }
            DecideError::Stale => Self::Conflict("Cette demande a changé depuis que vous l’avez ouverte. Relisez-la avant de décider."),
            DecideError::Reason(_) => Self::BadRequest("Le motif est à corriger."),
            DecideError::DocumentWaiting | DecideError::DocumentRefused => Self::Conflict("Un document n’a pas passé l’antivirus."),
            DecideError::HeldAlready => Self::Conflict("Cette organisation détient déjà une habilitation pour ce service."),
            DecideError::Store(error) => Self::internal(error),
        }
    }
}

impl From<ExportError> for WebError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::NotFound => Self::NotFound,
            ExportError::TooMany => Self::Conflict("Trop d’exports sont en cours."),
            ExportError::Spent(spent) => Self::DayOver(spent),
            ExportError::TooLong => Self::BadRequest("Cette liste est trop longue pour un classeur."),
            other => Self::internal(other),
        }
    }
}

impl From<SearchError> for WebError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::NotFound => Self::NotFound,
            SearchError::Words(_) | SearchError::Taken | SearchError::TooMany => Self::BadRequest("Le nom de la recherche est à corriger."),
            SearchError::Store(error) => Self::internal(error),
        }
    }
}

impl From<AssignError> for WebError {
    fn from(error: AssignError) -> Self {
        match error {
            AssignError::NotAColleague => Self::BadRequest("Choisissez une personne de l’équipe."),
            AssignError::Review(error) => error.into(),
        }
    }
}

impl From<NoteError> for WebError {
    fn from(error: NoteError) -> Self {
        match error {
            NoteError::Words(_) => Self::BadRequest("Le texte de la note est à corriger."),
            NoteError::Review(error) => error.into(),
        }
    }
}

impl From<PreparedError> for WebError {
    fn from(error: PreparedError) -> Self {
        match error {
            PreparedError::NotFound => Self::NotFound,
            PreparedError::Stale => {
                Self::Conflict("Cette demande préparée a changé depuis que vous l’avez ouverte. Rouvrez-la avant de recommencer.")
            }
            PreparedError::Refused(_) | PreparedError::Invitation(_) => Self::BadRequest("Des réponses sont à corriger."),
            PreparedError::Spent(spent) => Self::DayOver(spent),
            PreparedError::Store(error) => Self::internal(error),
        }
    }
}

impl From<TemplateError> for WebError {
    fn from(error: TemplateError) -> Self {
        match error {
            TemplateError::NotFound => Self::NotFound,
            TemplateError::Refused(_) => Self::BadRequest("Ce modèle est à corriger."),
            TemplateError::Store(error) => Self::internal(error),
        }
    }
}

impl From<TicketError> for WebError {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::NotFound => Self::NotFound,
            TicketError::NoOrganisation => Self::BadRequest("Indiquez d’abord votre organisation."),
            TicketError::Refused(_) => Self::BadRequest("Des réponses sont à corriger."),
            TicketError::Stale => Self::Conflict("Ce signalement a changé entre-temps. Rechargez la liste avant de recommencer."),
            TicketError::Store(error) => Self::internal(error),
        }
    }
}
