#include "app/start_operation.h"

#include "app/desk.h"
#include "app/write.h"

namespace prorata {

Result<void> show_as_running(App& app, Operation operation) {
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    if (TRY(load_desk(*snapshot)).lag_seconds == 0) return {};
  }
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    const std::optional<Operation> before = TRY(snapshot.operation(operation.id));
    Operation written = operation;
    written.version = before ? before->version : 0;
    written.started = moment.now;
    written.ready = add_seconds(moment.now, moment.desk.lag_seconds);
    Changes changes;
    changes.audit = {.at = moment.now,
                     .actor = app.actor,
                     .action = "operation.start",
                     .customer = written.customer.text(),
                     .subject = written.resource,
                     .after = written.kind};
    changes.operations.push_back(std::move(written));
    return changes;
  }));
  return {};
}

}  // namespace prorata
