"""Workers: the newsletters of one PostgreSQL database, served by any number of processes on any number of machines.

In: folders of workspaces. Out: the same effects as the daemon's. The stores say what is due. A sweep on each worker asks them every minute,
and wakes a free worker by jobs in the same database. A job says only where to look: one that is lost, doubled or late changes nothing.

newsletters   folders -> workspaces whose stores are in one database
duties        a newsletter -> the jobs that are due; a job -> what is done about it, by the services
jobs          jobs -> the queue, and back to a worker that does them; only here is Procrastinate imported
overview      the newsletters and the workers, for people and programs
worker        run until told to stop: join | sweep | do jobs, one at a time | put back the jobs of workers that fell silent

Never decides who is mailed, what is fetched or what an issue holds: locks in the stores and their ledgers do.
"""
