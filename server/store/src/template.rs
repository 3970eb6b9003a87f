//! Ready-made messages, by service and by decision.

use domain::{
    Timestamp,
    ids::{AccountId, TemplateId, TypedId},
    template::TemplateKind,
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Error, Result, micros};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "message_template")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub service: String,
        pub kind: String,
        pub title: String,
        pub body: String,
        pub author_id: Uuid,
        pub updated_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub id: TemplateId,
    pub service: String,
    pub kind: TemplateKind,
    pub title: String,
    pub body: String,
}

impl TryFrom<entity::Model> for Template {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let kind = TemplateKind::parse(&row.kind).ok_or_else(|| Error::inconsistent("message_template", row.id))?;
        Ok(Self { id: TemplateId(row.id), service: row.service, kind, title: row.title, body: row.body })
    }
}

/// By service, decision and title.
pub async fn of_services(db: &impl ConnectionTrait, services: &[&str]) -> Result<Vec<Template>> {
    if services.is_empty() {
        return Ok(Vec::new());
    }
    let rows = entity::Entity::find()
        .filter(entity::Column::Service.is_in(services.iter().copied()))
        .order_by_asc(entity::Column::Service)
        .order_by_asc(entity::Column::Kind)
        .order_by_asc(entity::Column::Title)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub async fn by_id(db: &impl ConnectionTrait, id: TemplateId) -> Result<Option<Template>> {
    entity::Entity::find_by_id(id.uuid()).one(db).await?.map(TryInto::try_into).transpose()
}

pub async fn count(db: &impl ConnectionTrait, service: &str, kind: TemplateKind) -> Result<u64> {
    Ok(entity::Entity::find().filter(entity::Column::Service.eq(service)).filter(entity::Column::Kind.eq(kind.as_str())).count(db).await?)
}

/// Does nothing when it exists already (the form was sent twice).
pub async fn add(db: &impl ConnectionTrait, template: &Template, author: AccountId, at: Timestamp) -> Result<()> {
    let Template { id, service, kind, title, body } = template.clone();
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        service: Set(service),
        kind: Set(kind.as_str().to_owned()),
        title: Set(title),
        body: Set(body),
        author_id: Set(author.uuid()),
        updated_at: Set(micros(at)),
    };
    entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::Id]).exec_without_returning(db).await?;
    Ok(())
}

pub async fn rewrite(db: &impl ConnectionTrait, template: &Template, author: AccountId, at: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Title, Expr::value(template.title.as_str()))
        .col_expr(entity::Column::Body, Expr::value(template.body.as_str()))
        .col_expr(entity::Column::AuthorId, Expr::value(author.uuid()))
        .col_expr(entity::Column::UpdatedAt, Expr::value(micros(at)))
        .filter(entity::Column::Id.eq(template.id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn remove(db: &impl ConnectionTrait, id: TemplateId) -> Result<()> {
    entity::Entity::delete_by_id(id.uuid()).exec(db).await?;
    Ok(())
}
