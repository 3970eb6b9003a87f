//! `habilis user`: accounts for reviewers, without a mailbox to confirm.

use anyhow::{Context, bail};
use clap::Subcommand;
use habilitation::accounts::{AccountError, SignUp};

use crate::App;

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Create an account, or give a known one a new password and more roles. The password is read from standard
    /// input, so that it stays out of the shell's history.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        given_name: String,
        #[arg(long)]
        family_name: String,
        /// `service:stage`, such as `franceconnect:juridique`; may be repeated.
        #[arg(long = "review")]
        reviews: Vec<String>,
    },
}

impl UserCommand {
    pub(super) async fn run(self, app: App) -> anyhow::Result<()> {
        let Self::Add { email, given_name, family_name, reviews } = self;
        let mut password = String::new();
        std::io::stdin().read_line(&mut password)?;
        let grants: Vec<(String, String)> = reviews.iter().map(|text| parse_grant(&app, text)).collect::<anyhow::Result<_>>()?;
        let form = SignUp { given_name, family_name, email, password: password.trim_end_matches(['\r', '\n']).to_owned() };
        let account = match app.habilitation.add_account(&form).await {
            Ok(account) => account,
            Err(AccountError::Fields(errors)) => {
                bail!("{}", errors.into_iter().map(|(field, why)| format!("{field}: {why}")).collect::<Vec<_>>().join("\n"))
            }
            Err(error) => return Err(error.into()),
        };
        for (service, stage) in grants {
            app.habilitation.grant_review(account, &service, &stage).await?;
        }
        println!("{account}");
        Ok(())
    }
}

fn parse_grant(app: &App, text: &str) -> anyhow::Result<(String, String)> {
    let (service, stage) = text.split_once(':').with_context(|| format!("{text:?} is not service:stage"))?;
    let known = app.habilitation.service(service).is_some_and(|s| s.stage(stage).is_some());
    if !known {
        bail!("there is no stage {stage:?} in a service {service:?}");
    }
    Ok((service.to_owned(), stage.to_owned()))
}
