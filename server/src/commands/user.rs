//! `habilis user`: accounts for reviewers and administrators, without a mailbox to confirm.

use crate::Process;
use anyhow::{Context, bail};
use clap::Subcommand;
use domain::actor::{Grant, Role};
use habilitation::accounts::{AccountError, SignUp};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Create an account, or give a known one a new password and more roles. The password is read from standard
    /// input, so that it stays out of the shell's history.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long, value_parser = crate::commands::seen)]
        given_name: String,
        #[arg(long, value_parser = crate::commands::seen)]
        family_name: String,
        /// `service:stage` or `service`, such as `franceconnect:juridique`; may be repeated.
        #[arg(long = "review")]
        reviews: Vec<String>,
        /// `service` or `service:stage`: opens requests without deciding; may be repeated.
        #[arg(long = "reader")]
        readers: Vec<String>,
        /// `service` or `service:stage`: decides, and gives roles inside; may be repeated.
        #[arg(long = "manager")]
        managers: Vec<String>,
        /// Runs the site and gives every role.
        #[arg(long)]
        admin: bool,
    },
    /// Take away the second factor of somebody who lost it and whom no administrator can help.
    ResetFactor {
        #[arg(long)]
        email: String,
    },
}

impl UserCommand {
    pub(super) async fn run(self, app: Process) -> anyhow::Result<()> {
        let (email, given_name, family_name, reviews, readers, managers, admin) = match self {
            Self::Add { email, given_name, family_name, reviews, readers, managers, admin } => {
                (email, given_name, family_name, reviews, readers, managers, admin)
            }
            Self::ResetFactor { email } => return reset_factor(&app, &email).await,
        };
        let asked = [(Role::Reader, readers), (Role::Reviewer, reviews), (Role::Manager, managers)];
        let mut grants = Vec::new();
        for (role, perimeters) in &asked {
            for perimeter in perimeters {
                grants.push(parse_grant(&app, perimeter, *role)?);
            }
        }
        let mut password = String::new();
        std::io::stdin().read_line(&mut password)?;
        let form = SignUp { given_name, family_name, email, password: password.trim_end_matches(['\r', '\n']).to_owned() };
        let account = match app.habilitation.operating().add_account(&form, &grants, admin).await {
            Ok(account) => account,
            Err(AccountError::Fields(errors)) => {
                bail!("{}", errors.into_iter().map(|(field, why)| format!("{field}: {why}")).collect::<Vec<_>>().join("\n"))
            }
            Err(error) => return Err(error.into()),
        };
        println!("{account}");
        Ok(())
    }
}

async fn reset_factor(app: &Process, email: &str) -> anyhow::Result<()> {
    if !app.habilitation.take_factor_away(email).await? {
        bail!("{email} has no account, or no second factor");
    }
    println!("{email} signs in with the password alone, once, to set up another factor");
    Ok(())
}

fn parse_grant(app: &Process, text: &str, role: Role) -> anyhow::Result<Grant> {
    let (slug, stage) = text.split_once(':').map_or((text, None), |(slug, stage)| (slug, Some(stage)));
    let service = app.habilitation.service(slug).with_context(|| format!("there is no service {slug:?}"))?;
    if let Some(stage) = stage
        && service.stage(stage).is_none()
    {
        bail!("there is no stage {stage:?} in the service {slug:?}");
    }
    Ok(Grant::new(slug, stage, role))
}
