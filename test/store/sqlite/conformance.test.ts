import { openTestStore } from '../../support/store.ts';
import { judgeStore } from '../conformance/suite.ts';

judgeStore(() => openTestStore({ inMemory: true }));
