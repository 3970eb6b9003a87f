//! One binary, one sub-command for each thing an operator does.

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use delivery::Delivery;
use demo::{copies, seed};
use domain::{Clock, clock::SystemClock};

use crate::{
    Process,
    background::Effects,
    boot,
    config::{Config, Looked, Mistakes},
    serve as server,
};

mod client;
mod clock;
mod journal;
mod key;
mod logs;
mod serve;
mod user;

/// Habilitations, identity broker and data gateway for public bodies.
#[derive(Parser)]
#[command(name = "habilis", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer HTTP requests until told to stop.
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Read the configuration and list everything `serve` would refuse.
    CheckConfig,
    /// Print the OpenAPI description of the data gateway.
    Openapi,
    /// The demonstration.
    Demo {
        #[command(subcommand)]
        command: DemoCommand,
    },
    /// Service providers of the broker.
    Client {
        #[command(subcommand)]
        command: client::ClientCommand,
    },
    /// The master keys that secrets are sealed with.
    Key {
        #[command(subcommand)]
        command: key::KeyCommand,
    },
    /// What happened to requests, and what those who run the site did.
    Journal {
        #[command(subcommand)]
        command: journal::JournalCommand,
    },
    /// Reminders, ends of validity, legal limits.
    Clock {
        #[command(subcommand)]
        command: clock::ClockCommand,
    },
    /// Accounts of the portal.
    User {
        #[command(subcommand)]
        command: user::UserCommand,
    },
}

#[derive(Subcommand)]
enum DemoCommand {
    /// Fill an empty database with people, requests and a service that works.
    Seed(seed::Seed),
    /// Add requests by the hundred thousand, copies of a few, for measures.
    Copies(copies::Copies),
}

/// Removes invisible characters from an argument, which pages will show.
fn seen(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(domain::text::visible(text).into_owned())
}

/// A command that ends with a code of its own; any other error ends with 1.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failed {
    pub code: u8,
    pub message: String,
}

impl Cli {
    pub fn run(self) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        if matches!(self.command, Command::CheckConfig) {
            return runtime.block_on(check_config(Config::look()));
        }
        let config = Config::load()?;
        start(&config);
        if matches!(self.command, Command::Demo { .. }) && !config.demo {
            bail!("HABILIS_DEMO is not true: the demonstration's accounts, whose passwords everybody knows, have no place in this database");
        }
        runtime.block_on(run(self.command, config))
    }
}

fn start(config: &Config) {
    logs::init(config.log_format);
    for note in &config.notes {
        tracing::warn!("{note}");
    }
}

async fn run(command: Command, config: Config) -> anyhow::Result<()> {
    match command {
        Command::Serve => serve::serve(config).await,
        Command::Migrate => ready(&config).await,
        Command::CheckConfig => Ok(()),
        Command::Openapi => {
            let description = gateway::openapi(&catalogue::shipped()?, &config.base_url);
            println!("{}", serde_json::to_string_pretty(&description)?);
            Ok(())
        }
        Command::Demo { command: DemoCommand::Seed(seed) } => {
            let app = open(config).await?;
            seed.run(app.app.clone(), drain(app)).await
        }
        Command::Demo { command: DemoCommand::Copies(copies) } => {
            let app = open(config).await?;
            copies.run(app.app.clone(), drain(app)).await
        }
        Command::Client { command } => command.run(open(config).await?).await,
        Command::Journal { command } => command.run(open(config).await?).await,
        Command::Key { command } => command.run(open(config).await?).await,
        Command::Clock { command } => command.run(open(config).await?).await,
        Command::User { command } => command.run(open(config).await?).await,
    }
}

async fn check_config(looked: Looked) -> anyhow::Result<()> {
    let Looked { config, mut mistakes } = looked;
    start(&config);
    mistakes.extend(boot::check(&config).await);
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes).into());
    }
    println!("The configuration is valid.");
    Ok(())
}

/// Prepares the files and migrates the schema, once the database is known to be usable with these settings.
async fn ready(config: &Config) -> anyhow::Result<()> {
    boot::prepare_files(config)?;
    let db = store::connect(&config.database_url).await.context("connecting to the database")?;
    // Before anything is written.
    let refused = boot::refusals(config, &db).await?;
    if !refused.is_empty() {
        return Err(Mistakes(refused).into());
    }
    store::migrate(&db).await.context("migrating")?;
    // Checked again: migrating marks a database of the demonstration that had no mark.
    let refused = boot::refusals(config, &db).await?;
    if !refused.is_empty() {
        return Err(Mistakes(refused).into());
    }
    if config.demo {
        store::demonstration::mark(&db, SystemClock.now()).await?;
    } else if config.is_https() {
        store::mailbox::empty(&db).await?;
    }
    Ok(())
}

/// What the demonstration sets in motion is carried out at once, and its mails stay in its own mailbox.
fn drain(app: Process) -> seed::Drain {
    let effects = Effects { app, delivery: Delivery::Mailbox };
    Box::new(move || {
        let effects = effects.clone();
        Box::pin(async move { effects.drain().await })
    })
}

/// The application with its schema up to date, for commands that write.
async fn open(config: Config) -> anyhow::Result<Process> {
    ready(&config).await?;
    server::build(config, server::Senses::default()).await
}
