// What operators call as `node dist/reconcile.js`.
import './cli/reconcile.js';
