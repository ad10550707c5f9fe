import { runEdge } from '#libs/http';
import { adminEdge } from './admin.module';

void runEdge(adminEdge);
