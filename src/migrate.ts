// What operators call as `node dist/migrate.js`.
import './cli/migrate.js';
