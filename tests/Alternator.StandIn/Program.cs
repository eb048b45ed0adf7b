using Alternator.StandIn.EntryPoint;
using Alternator.StandIn.Node;
using Alternator.StandIn.Supervision;
using Alternator.StandIn.Tools;

// Stands in for the images of the container tests of the hosting package, where none can be pulled: for scylladb/scylla (entry point, supervisor, node, nodetool,
// supervisorctl), for dynamodb-admin, and for a service that uses the cluster. In an image each program is a copy of the executable under its own name.
// What this proves is about hosting, not about ScyllaDB.
string name = Path.GetFileNameWithoutExtension(Environment.ProcessPath ?? "");
if (name is "dotnet" or "standin")
{
    if (args.Length == 0)
    {
        Console.Error.WriteLine("usage: standin docker-entrypoint|scylla|nodetool|supervisorctl|dynamodb-admin|consumer [ARGUMENT ...]");
        return 2;
    }
    (name, args) = (args[0], args[1..]);
}
return name switch
{
    "docker-entrypoint" => await DockerEntryPoint.RunAsync(args),
    "scylla" => await ScyllaNode.RunAsync(args),
    "nodetool" => await Nodetool.RunAsync(args),
    "supervisorctl" => await SupervisorControl.RunAsync(args),
    "dynamodb-admin" => await AdminPage.RunAsync(),
    "consumer" => await Consumer.RunAsync(),
    _ => throw new ArgumentException($"The stand-in has no program '{name}'."),
};
