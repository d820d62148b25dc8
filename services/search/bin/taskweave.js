#!/usr/bin/env node
// Exists before the first build, so that `npm ci` can link it.
import '../dist/main.js';
