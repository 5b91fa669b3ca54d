//! Everything that is not a pure rule, in one binary: each noun through the same doors the product has, on both
//! databases, and tests of the house itself.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[macro_use]
mod support;
mod source;

mod appointments;
mod audit;
mod calendar;
mod catalogue;
mod civil;
mod civil_permits;
mod crash;
mod days;
mod demo;
mod desks;
mod devices;
mod documents;
mod documents_archive;
mod doors;
mod due_dates;
mod esign;
mod esign_pages;
mod estimate;
mod estimate_live;
mod features;
mod forecast;
mod forgery;
mod hall_rules;
mod identity;
mod inspections;
mod instances;
mod key_rotation;
mod kinds;
mod layers;
mod limits;
mod messages;
mod model;
mod numbers;
mod openapi;
mod opening;
mod outbox;
mod outbox_files;
mod own_permit;
mod papers;
mod permit_issuing;
mod permit_pages;
mod permits;
mod photocopy;
mod population;
mod population_pages;
mod population_settling;
mod printing;
mod queue;
mod queue_close;
mod queue_day_end;
mod queue_desk;
mod queue_order;
mod queue_pages;
mod queue_relieve;
mod reports;
mod returns;
mod routes;
mod schema;
mod seal;
mod second_factor;
mod service_editor;
mod services;
mod side_effects;
mod stage_clock;
mod stamps;
mod templates;
mod visit_replay;
mod watching;
