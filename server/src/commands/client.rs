//! `habilis client`: service providers registered by an operator, without a request.

use crate::Process;
use anyhow::Context;
use broker::NewClient;
use clap::Subcommand;
use domain::ports::Environment;

#[derive(Subcommand)]
pub(super) enum ClientCommand {
    /// Register a client and print its keys, once.
    Add {
        /// A realm of the catalogue, such as franceconnect.
        #[arg(long)]
        realm: String,
        /// sandbox or production.
        #[arg(long)]
        environment: String,
        #[arg(long, value_parser = crate::commands::seen)]
        name: String,
        #[arg(long = "redirect-uri", required = true, num_args = 1..)]
        redirect_uris: Vec<String>,
        #[arg(long = "post-logout-redirect-uri", num_args = 1..)]
        post_logout_redirect_uris: Vec<String>,
        #[arg(long = "scope", num_args = 1..)]
        scopes: Vec<String>,
        /// Print JSON: issuer, client_id, client_secret.
        #[arg(long)]
        json: bool,
    },
}

impl ClientCommand {
    pub(super) async fn run(self, app: Process) -> anyhow::Result<()> {
        let Self::Add { realm, environment, name, redirect_uris, post_logout_redirect_uris, scopes, json } = self;
        let environment = Environment::parse(&environment).with_context(|| format!("{environment:?} is neither sandbox nor production"))?;
        let issuer = app.broker.issuer(&realm, environment).with_context(|| {
            let known: Vec<String> = app.cx.catalogue().realms().iter().map(|realm| realm.slug.clone()).collect();
            format!("there is no realm {realm:?}; there is {}", known.join(", "))
        })?;
        let new = NewClient { name, redirect_uris, post_logout_redirect_uris, scopes };
        let registered = issuer.add_client(new).await.map_err(|error| match std::error::Error::source(&error) {
            Some(cause) => anyhow::anyhow!("{error}: {cause}"),
            None => anyhow::anyhow!("{error}"),
        })?;
        if json {
            println!("{}", serde_json::to_string_pretty(&registered)?);
        } else {
            println!(
                "issuer        {}\nclient_id     {}\nclient_secret {}\n\nThe secret is not kept: store it now.",
                registered.issuer, registered.client_id, registered.client_secret
            );
        }
        Ok(())
    }
}
