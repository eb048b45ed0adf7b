namespace Alternator.Emulator.Engine;

/// <summary>What an operation does to a table, in the words of CQL's GRANT.</summary>
internal enum Permission
{
    Create,
    Alter,
    Drop,
    Select,
    Modify,
    Describe,
}

/// <summary>Decides whether a role may do something to a table; asked only when the request has a role.</summary>
internal interface IPermissions
{
    /// <summary>True when <paramref name="user"/> may do <paramref name="permission"/> on <paramref name="table"/>.</summary>
    bool Allows(string user, Permission permission, string table);
}
