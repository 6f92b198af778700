// What operators call as `node dist/tombstones.js`.
import './cli/tombstones.js';
