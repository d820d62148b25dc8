import { runAsProcess } from '@taskweave/service-kit';
import { tcpPeer } from './tcp-peer.js';

await runAsProcess(tcpPeer);
