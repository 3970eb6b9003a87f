//! Every route of the process, and nothing else.

use web::Routes;

pub fn all() -> Routes {
    portal::routes()
        .merge(review::routes())
        .merge(admin::routes())
        .merge(citizen::routes())
        .merge(data::routes())
        .merge(demo::routes())
        .merge(web::assets::routes())
        .merge(crate::serve::routes())
}
