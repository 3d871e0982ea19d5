package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Threads that take turns: one runs at a time, up to the next point where another may go on instead. Points are what a scenario
 * makes them (calls to sink and source), and the locks and latches of a connection that was {@link #control}led. A schedule is the
 * list of choices made; {@link Choices} gives one after the other.
 */
final class Turns {
    /** Who goes on at each point where several could. */
    interface Choices {
        /** One of {@code count} that can go on; 0 is whoever runs now, if it can. */
        int next(int count);
    }

    /** A scenario, run once in the order that {@code choices} make. */
    interface Schedule {
        void run(Choices choices, Object name) throws Exception;
    }

    /** What a thread does. */
    interface Work {
        void run() throws Exception;
    }

    /** One thread, and what it ended with. */
    final class Worker {
        final String name;
        final Thread thread;
        volatile Throwable thrown;
        private BooleanSupplier waitsFor;
        private boolean timed;
        private boolean timedOut;
        private boolean done;

        Worker(String name, Work work) {
            this.name = name;
            this.thread = Thread.ofPlatform().daemon().unstarted(() -> {
                awaitTurn(this);
                try {
                    work.run();
                } catch (Throwable e) {
                    thrown = e;
                }
                done = true;
                passOn(null);
            });
        }

        private boolean canRun() {
            return !done && (waitsFor == null || waitsFor.getAsBoolean());
        }
    }

    private static final int SEEDS = 300;
    private static final int MOST_SCHEDULES = 20_000;
    private static final int MOST_TIMEOUTS = 100;

    private final Choices choices;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Worker running;
    private volatile boolean stuck;
    private int timeouts;

    Turns(Choices choices) {
        this.choices = choices;
    }

    /** Every order in which a thread is held up at most so often, and some more orders picked by seeds. */
    static void explore(int preemptions, Schedule schedule) throws Exception {
        Exhaustive all = new Exhaustive(preemptions);
        int schedules = 0;
        do {
            schedule.run(all, all);
            schedules++;
        } while (all.advance() && schedules < MOST_SCHEDULES);
        assertThat(schedules).as("schedules").isBetween(10, MOST_SCHEDULES - 1);
        for (int seed = 0; seed < SEEDS; seed++) {
            schedule.run(random(seed), "seed " + seed);
        }
    }

    Worker add(String name, Work work) {
        Worker worker = new Worker(name, work);
        workers.add(worker);
        return worker;
    }

    /** Runs everyone to the end; false when somebody waits for what will never come. */
    boolean run() throws InterruptedException {
        workers.forEach(worker -> worker.thread.start());
        passOn(null);
        over.await();
        return !stuck;
    }

    List<Worker> workers() {
        return workers;
    }

    /** Here another thread may go on instead. */
    void point() {
        Worker me = current();
        if (me != null) {
            passOn(me);
            awaitTurn(me);
        }
    }

    /** Here others go on until {@code ready}. */
    void until(BooleanSupplier ready) {
        await(current(), ready, false);
    }

    /** Others go on until {@code ready}, or, when {@code timed}, until nobody else can. Returns false for that. */
    private boolean await(Worker me, BooleanSupplier ready, boolean timed) {
        me.waitsFor = ready;
        me.timed = timed;
        me.timedOut = false;
        passOn(me);
        awaitTurn(me);
        me.waitsFor = null;
        return !me.timedOut;
    }

    private Worker current() {
        Worker now = running;
        return now != null && now.thread == Thread.currentThread() ? now : null;
    }

    private void passOn(Worker me) {
        List<Worker> able = new ArrayList<>();
        if (me != null && me.canRun()) {
            able.add(me);
        }
        for (Worker worker : workers) {
            if (worker != me && worker.canRun()) {
                able.add(worker);
            }
        }
        Worker next;
        if (able.isEmpty()) {
            next = firstTimed();
        } else {
            next = able.get(able.size() == 1 ? 0 : choices.next(able.size()));
        }
        if (next == null) {
            stuck = workers.stream().anyMatch(worker -> !worker.done);
            over.countDown();
        }
        running = next;
        if (next != null && next != me) {
            LockSupport.unpark(next.thread);
        }
    }

    private Worker firstTimed() {
        for (Worker worker : workers) {
            if (!worker.done && worker.timed && timeouts++ < MOST_TIMEOUTS) {
                worker.timedOut = true;
                worker.waitsFor = null;
                return worker;
            }
        }
        return null;
    }

    private void awaitTurn(Worker me) {
        while (running != me) {
            LockSupport.park(this);
        }
        turns.forEach(Turn::awaitQueued);
    }

    // ---- locks and latches under control

    /** Has the locks and latches of {@code conn} take part; to be called before anybody uses it. */
    void control(Conn conn) throws ReflectiveOperationException {
        set(get(conn, "frameWriter"), "frameLock", new Lock());
        Turn turn = new Turn();
        turns.add(turn);
        set(get(get(conn, "sender"), "permit"), "turn", turn);
        set(get(conn, "ending"), "over", new AtomicReference<>(new Latch()));
        set(get(conn, "closing"), "ended", new Latch());
    }

    /** Has the waits of {@code loop} take part, too; to be called before it runs. */
    void control(AsyncLoop<?> loop) throws ReflectiveOperationException {
        controlWaits(get(loop, "slots"), "changed");
        Object order = get(loop, "order");
        if (order != null) {
            controlWaits(order, "turned");
        }
        Object relay = get(loop, "relay");
        if (relay != null) {
            controlWaits(relay, "left");
        }
    }

    private void controlWaits(Object owner, String condition) throws ReflectiveOperationException {
        Lock lock = new Lock();
        set(owner, "lock", lock);
        set(owner, condition, new Signal(lock));
    }

    private static Object get(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }

    private static void set(Object owner, String name, Object value) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        field.set(owner, value);
    }

    private final class Lock extends ReentrantLock {
        private static final long serialVersionUID = 1L;

        @Override
        public void lock() {
            point();
            while (!super.tryLock()) {
                Turns.this.await(current(), () -> !isLocked(), false);
            }
        }

        @Override
        public boolean tryLock() {
            point();
            return super.tryLock();
        }

        @Override
        public boolean tryLock(long time, TimeUnit unit) {
            lock(); // there is time enough
            return true;
        }

        @Override
        public void unlock() {
            super.unlock();
            point();
        }
    }

    private final class Signal implements Condition {
        private final Lock lock;
        private int signals;

        Signal(Lock lock) {
            this.lock = lock;
        }

        private boolean take(boolean timed) {
            int seen = signals;
            lock.unlock();
            boolean signalled = Turns.this.await(current(), () -> signals != seen, timed);
            lock.lock();
            return signalled;
        }

        @Override
        public void await() {
            take(false);
        }

        @Override
        public long awaitNanos(long nanos) {
            return take(true) ? nanos : 0;
        }

        @Override
        public void signalAll() {
            signals++;
        }

        @Override
        public void signal() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void awaitUninterruptibly() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean await(long time, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean awaitUntil(Date deadline) {
            throw new UnsupportedOperationException();
        }
    }

    /** Whoever waits for it really queues, so that it can be asked about; it is then given to the first. */
    private final class Turn extends Semaphore {
        private static final long serialVersionUID = 1L;

        private final AtomicInteger queued = new AtomicInteger();

        Turn() {
            super(1, true);
        }

        /** Returns when whoever is about to queue has done so. */
        void awaitQueued() {
            while (getQueueLength() < queued.get()) {
                Thread.onSpinWait();
            }
        }

        @Override
        public boolean tryAcquire() {
            point();
            return super.tryAcquire();
        }

        @Override
        public void acquire() throws InterruptedException {
            Worker me = current();
            if (super.tryAcquire()) {
                return;
            }
            boolean[] got = new boolean[1];
            me.waitsFor = () -> got[0];
            me.timed = false;
            queued.incrementAndGet();
            passOn(me);
            super.acquire();
            got[0] = true;
            queued.decrementAndGet();
            awaitTurn(me);
            me.waitsFor = null;
        }

        @Override
        public boolean tryAcquire(long time, TimeUnit unit) throws InterruptedException {
            acquire();
            return true;
        }

        @Override
        public void release() {
            release(1);
        }

        @Override
        public void release(int permits) {
            int waiting = queued.get();
            super.release(permits);
            while (queued.get() > Math.max(0, waiting - permits)) {
                Thread.onSpinWait();
            }
            point();
        }
    }

    private final class Latch extends CountDownLatch {
        Latch() {
            super(1);
        }

        @Override
        public void countDown() {
            super.countDown();
            point();
        }

        @Override
        public boolean await(long time, TimeUnit unit) {
            Worker me = current();
            if (me == null || getCount() == 0 || time <= 0) {
                return getCount() == 0;
            }
            return Turns.this.await(me, () -> getCount() == 0, true);
        }
    }

    // ---- schedules

    /** Every schedule that takes the turn from a thread that could go on at most {@code preemptions} times. */
    static final class Exhaustive implements Choices {
        private final int preemptions;
        private List<int[]> path = new ArrayList<>();
        private int at;
        private int used;

        Exhaustive(int preemptions) {
            this.preemptions = preemptions;
        }

        @Override
        public int next(int count) {
            if (at == path.size()) {
                path.add(new int[] {0, used < preemptions ? count : 1});
            }
            int choice = Math.min(path.get(at++)[0], count - 1);
            used += choice > 0 ? 1 : 0;
            return choice;
        }

        /** Goes to the next schedule; false when there is none. */
        boolean advance() {
            path = new ArrayList<>(path.subList(0, Math.min(at, path.size())));
            at = 0;
            used = 0;
            while (!path.isEmpty()) {
                int[] last = path.getLast();
                if (++last[0] < last[1]) {
                    return true;
                }
                path.removeLast();
            }
            return false;
        }

        @Override
        public String toString() {
            return path.stream()
                    .map(choice -> String.valueOf(choice[0]))
                    .toList()
                    .toString();
        }
    }

    /** A schedule picked by a seed. */
    static Choices random(long seed) {
        Random random = new Random(seed);
        return random::nextInt;
    }
}
