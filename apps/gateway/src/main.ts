import { runEdge } from '#libs/http';
import { gatewayEdge } from './gateway.module';

void runEdge(gatewayEdge);
