using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Auth;

/// <summary>What roles may do, from <see cref="EmulatorRole.Grants"/>; a role without grants may do everything.</summary>
internal sealed class RolePermissions(IReadOnlyList<EmulatorRole> roles) : IPermissions
{
    public bool Allows(string user, Permission permission, string table)
    {
        EmulatorRole? role = roles.FirstOrDefault(r => r.Name == user);
        if (role is null) return false;
        if (role.Grants is not { } grants) return true;
        string name = permission.ToString();
        return grants.Any(g => (g.Table == "*" || g.Table == table)
            && (g.Permission.Equals("ALL", StringComparison.OrdinalIgnoreCase) || g.Permission.Equals(name, StringComparison.OrdinalIgnoreCase)));
    }
}
