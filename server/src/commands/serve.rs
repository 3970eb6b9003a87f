//! `habilis serve`.

use anyhow::Context;
use demo::seed;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{config::Config, serve as server};

pub(super) async fn serve(config: Config) -> anyhow::Result<()> {
    let listen = config.listen;
    let app = crate::commands::open(config).await?;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    tracing::info!(listen = %listen, url = %app.config.base_url, demo = app.config.demo, "ready");
    if app.config.demo {
        println!("{}", seed::welcome(&app.config.base_url));
    } else {
        println!("Habilis répond sur {}", app.config.base_url);
    }
    server::run(app, listener, stop_signal()?).await?;
    tracing::info!("stopped");
    Ok(())
}

fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
