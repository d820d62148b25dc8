import { runAsProcess } from '@taskweave/service-kit';
import { http2Peer } from './http2-peer.js';

await runAsProcess(http2Peer);
